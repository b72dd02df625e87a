#include "client/ledger_verification.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "client/ledger_key.hpp"
#include "sealed_document.hpp"

namespace seald {
namespace {

using testing::ledger_signer;
using testing::MemoryLedger;

constexpr std::uint64_t entry_count = 11;

MemoryLedger ledger_of(std::uint64_t count) {
    MemoryLedger ledger;
    for (std::uint64_t i = 0; i < count; ++i) ledger.append("{\"kind\":\"intent\",\"n\":" + std::to_string(i) + "}");
    return ledger;
}

// Shows a ledger in pages of three; `shown` may differ from what was recorded, `stored` makes the proofs.
class ShownLedger final : public LedgerSource {
  public:
    explicit ShownLedger(const MemoryLedger& stored) : stored_(stored) {
        for (std::uint64_t i = 0; i < stored.entries.size(); ++i) {
            const auto raw = as_bytes(stored.entries[i]);
            shown.push_back({i, Bytes(raw.begin(), raw.end())});
        }
    }
    Result<std::vector<LedgerEntry>> entries(std::uint64_t from) override {
        std::vector<LedgerEntry> page;
        for (const auto& entry : shown) {
            if (entry.index >= from && page.size() < 3) page.push_back(entry);
        }
        return page;
    }
    Result<std::string> proof(std::uint64_t index) override { return stored_.proof(index).encode(); }

    Result<Tile> leaves(std::uint64_t bundle) override {
        Tile tile;
        for (std::uint64_t i = bundle * tile_width; i < (bundle + 1) * tile_width && i < stored_.entries.size(); ++i)
            tile.append(leaf_hash(as_bytes(stored_.entries[i])));
        return tile;
    }

    std::vector<LedgerEntry> shown;

  private:
    const MemoryLedger& stored_;
};

std::string failures(const LedgerVerification& verification) {
    std::string words;
    for (const Check& check : verification.checks) {
        if (check.outcome == Outcome::failed) words += check.name + ": " + check.words + "\n";
    }
    return words;
}

LedgerVerification verify(LedgerSource& source, const Checkpoint& checkpoint,
                          const std::optional<Checkpoint>& since = std::nullopt) {
    return verify_ledger(source, checkpoint, ledger_signer().verifier(), since ? std::vector{*since} : std::vector<Checkpoint>(), {}).value();
}

TEST(VerifyLedger, AcceptsWhatTheCheckpointSigns) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    EXPECT_EQ(failures(verify(source, ledger.checkpoint(entry_count))), "");
}

// 600 entries, of which the first so many are not shown, and the last says that `end` were purged.
std::string verify_purged(std::uint64_t missing, std::uint64_t end, bool right_root = true) {
    auto ledger = ledger_of(600);
    auto root = ledger.checkpoint(end).root;
    if (!right_root) root[0] ^= 1;
    ledger.append("{\"kind\":\"ledger-purged\",\"time\":\"2026-11-24T10:00:00.000Z\",\"caller\":{\"id\":\"sun.li\"},\"end\":" + std::to_string(end) + ",\"root\":\"" +
                  encode_base64(root) + "\"}");
    ShownLedger source(ledger);
    source.shown.erase(source.shown.begin(), source.shown.begin() + static_cast<std::ptrdiff_t>(missing));
    const auto verified = verify(source, ledger.checkpoint(601), ledger.checkpoint(300));
    return failures(verified);
}

TEST(VerifyLedger, AcceptsThatEntriesWerePurgedWhereAnEntrySaysSo) { EXPECT_EQ(verify_purged(512, 512), ""); }

TEST(VerifyLedger, SaysThatEntriesAreMissingWhereNoEntrySaysThatTheyWerePurged) {
    EXPECT_NE(verify_purged(512, 256).find("no entry says"), std::string::npos);
    EXPECT_NE(verify_purged(256, 512).find("no entry says"), std::string::npos);
    EXPECT_NE(verify_purged(512, 512, false).find("no entry says"), std::string::npos);
    EXPECT_NE(verify_purged(511, 512).find("missing"), std::string::npos);
    EXPECT_NE(verify_purged(513, 512).find("missing"), std::string::npos);
}

TEST(VerifyLedger, AcceptsALedgerThatGrewMeanwhile) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    EXPECT_EQ(failures(verify(source, ledger.checkpoint(7))), "");
}

TEST(VerifyLedger, AcceptsAnEmptyLedger) {
    const MemoryLedger ledger;
    ShownLedger source(ledger);
    EXPECT_EQ(failures(verify(source, Checkpoint{"seald.example.org", 0, empty_tree_hash()})), "");
}

TEST(VerifyLedger, NamesAChangedEntry) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    source.shown[4].raw[10] ^= 1;
    const auto verification = verify(source, ledger.checkpoint(entry_count));
    EXPECT_EQ(verification.bad_entry, 4u);
    EXPECT_NE(failures(verification).find("entry 4 is not what was recorded"), std::string::npos)
        << failures(verification);
}

TEST(VerifyLedger, NamesMissingEntries) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    source.shown.erase(source.shown.begin() + 4, source.shown.begin() + 6);
    const auto verification = verify(source, ledger.checkpoint(entry_count));
    EXPECT_NE(failures(verification).find("entries 4 to 5 are missing"), std::string::npos) << failures(verification);
}

TEST(VerifyLedger, NamesAMissingEnd) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    source.shown.resize(9);
    EXPECT_NE(failures(verify(source, ledger.checkpoint(entry_count))).find("entry 9 and what follows is missing"),
              std::string::npos);
}

TEST(VerifyLedger, NamesARepeatedEntry) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    source.shown.insert(source.shown.begin() + 5, source.shown[4]);
    const std::string words = failures(verify(source, ledger.checkpoint(entry_count)));
    EXPECT_NE(words.find("entry 4 comes again"), std::string::npos) << words;
}

TEST(VerifyLedger, NoticesEntriesThatChangedPlaces) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    std::swap(source.shown[6], source.shown[7]);
    EXPECT_NE(failures(verify(source, ledger.checkpoint(entry_count))), "");
    std::swap(source.shown[6].index, source.shown[7].index);
    EXPECT_EQ(verify(source, ledger.checkpoint(entry_count)).bad_entry, 6u);
}

TEST(VerifyLedger, NoticesAnExtraEntryInTheMiddle) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    source.shown.insert(source.shown.begin() + 5, LedgerEntry{5, Bytes{'x'}});
    for (std::size_t i = 6; i < source.shown.size(); ++i) source.shown[i].index = i;
    EXPECT_EQ(verify(source, ledger.checkpoint(entry_count)).bad_entry, 5u);
}

TEST(VerifyLedger, SaysThatATreeContradictsItsCheckpoint) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    Checkpoint other = ledger.checkpoint(entry_count);
    other.root[0] ^= 1;
    EXPECT_NE(failures(verify(source, other)).find("contradicts its checkpoint"), std::string::npos);
}

TEST(VerifyLedger, AcceptsGrowthSinceAnEarlierCheckpoint) {
    const auto ledger = ledger_of(entry_count);
    ShownLedger source(ledger);
    for (std::uint64_t size = 0; size <= entry_count; ++size) {
        const Checkpoint since =
            size == 0 ? Checkpoint{"seald.example.org", 0, empty_tree_hash()} : ledger.checkpoint(size);
        EXPECT_EQ(failures(verify(source, ledger.checkpoint(entry_count), since)), "") << size;
    }
}

TEST(VerifyLedger, NoticesARollback) {
    const auto before = ledger_of(entry_count);
    const auto now = ledger_of(6);
    ShownLedger source(now);
    const std::string words = failures(verify(source, now.checkpoint(6), before.checkpoint(entry_count)));
    EXPECT_NE(words.find("rolled back"), std::string::npos) << words;
}

TEST(VerifyLedger, NoticesAHistoryThatWasWrittenAnew) {
    const auto before = ledger_of(6);
    MemoryLedger now;
    now.append("{\"another\":\"history\"}");
    for (std::uint64_t i = 1; i < entry_count; ++i) now.append(std::to_string(i));
    ShownLedger source(now);
    const std::string words = failures(verify(source, now.checkpoint(entry_count), before.checkpoint(6)));
    EXPECT_NE(words.find("rewritten"), std::string::npos) << words;
}

TEST(LedgerKey, IsTextOrAFile) {
    const testing::TempFolder folder;
    const std::string text = ledger_signer().verifier().encode();
    EXPECT_EQ(decode_ledger_key(text).value().current().encode(), text);
    EXPECT_EQ(decode_ledger_key(folder.write("vkey", text + "\n").string()).value().current().encode(), text);
    EXPECT_EQ(decode_ledger_key("nonsense").error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace seald
