#include "core/ledger_keys.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/memory_tree.hpp"

namespace seald {
namespace {

NoteSigner make_signer(const std::string& name = "seald.example.org") {
    return NoteSigner::make(name, PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
}

// A ledger whose entry 2 says that its key was changed, and entry 5 that it was once more.
class LedgerKeysTest : public testing::Test {
  protected:
    LedgerKeysTest() {
        for (std::uint64_t i = 0; i < 9; ++i) {
            entries_.push_back(i == 2 ? change_entry(first_, second_) : i == 5 ? change_entry(second_, third_) : "{\"n\":" + std::to_string(i) + "}");
            tree_.append(entries_.back());
        }
    }
    static std::string change_entry(const NoteSigner& from, const NoteSigner& to) {
        return "{\"kind\":\"ledger-key-changed\",\"time\":\"2026-11-24T10:00:00.000Z\",\"old\":\"" + from.verifier().encode() + "\",\"new\":\"" +
               to.verifier().encode() + "\"}";
    }
    std::string note(std::uint64_t size, const std::vector<const NoteSigner*>& signers) const {
        const Checkpoint made{.origin = "seald.example.org", .size = size, .root = root_hash(size, tree_.nodes(size)).value()};
        SignedNote result{.text = made.to_text(), .signatures = {}};
        for (const auto* signer : signers) result.signatures.push_back(signer->sign(made.to_text()).signatures.front());
        return result.encode();
    }
    std::string receipt(std::uint64_t index, std::uint64_t size, const std::vector<const NoteSigner*>& signers) const {
        const auto body = as_bytes(entries_[index]);
        return TlogProof{.index = index, .path = inclusion_proof(index, size, tree_.nodes(size)).value(), .checkpoint = note(size, signers), .extra = Bytes(body.begin(), body.end())}
            .encode();
    }
    std::vector<std::string> changes() const { return {receipt(2, 4, {&first_, &second_}), receipt(5, 6, {&second_, &third_})}; }

    NoteSigner first_ = make_signer(), second_ = make_signer(), third_ = make_signer(), stranger_ = make_signer();
    std::vector<std::string> entries_;
    MemoryTree tree_;
};

TEST_F(LedgerKeysTest, AreFollowedFromAnyOneOfThem) {
    for (const auto* known : {&first_, &second_, &third_}) {
        const auto keys = LedgerKeys::follow(known->verifier(), changes());
        ASSERT_TRUE(keys) << keys.error().message;
        EXPECT_EQ(keys->current().encode(), third_.verifier().encode());
        EXPECT_EQ(keys->all().size(), 3U);
        EXPECT_EQ(keys->changes().front().index, 2U);
    }
    EXPECT_FALSE(LedgerKeys::follow(stranger_.verifier(), changes()));
}

TEST_F(LedgerKeysTest, MayComeInAnyOrderAndTwice) {
    auto all = changes();
    all.insert(all.begin(), all.back());
    EXPECT_EQ(LedgerKeys::follow(first_.verifier(), all).value().all().size(), 3U);
}

TEST_F(LedgerKeysTest, EachOpensTheCheckpointsOfItsTime) {
    const auto keys = LedgerKeys::follow(first_.verifier(), changes()).value();
    EXPECT_TRUE(keys.open(note(1, {&first_})));
    EXPECT_TRUE(keys.open(note(4, {&first_, &second_})));
    EXPECT_TRUE(keys.open(note(5, {&second_})));
    EXPECT_TRUE(keys.open(note(6, {&second_, &third_})));
    EXPECT_TRUE(keys.open(note(9, {&third_})));
    EXPECT_TRUE(keys.is_former(5));
    EXPECT_FALSE(keys.is_former(6));
}

TEST_F(LedgerKeysTest, AFormerKeySignsNothingAfterItsTime) {
    const auto keys = LedgerKeys::follow(third_.verifier(), changes()).value();
    const auto refused = keys.open(note(9, {&first_}));
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("former key"), std::string::npos) << refused.error().message;
    EXPECT_FALSE(keys.open(note(5, {&first_})));
    EXPECT_FALSE(keys.open(note(5, {&third_}))) << "nor before it";
    EXPECT_FALSE(keys.open(note(4, {&first_}))) << "where one followed the other, both sign";
    EXPECT_FALSE(keys.open(note(4, {&second_})));
}

TEST_F(LedgerKeysTest, AChangeIsSignedByBothKeys) {
    for (const auto& alone : std::vector<std::vector<const NoteSigner*>>{{&first_}, {&second_}, {&first_, &stranger_}})
        EXPECT_FALSE(LedgerKeys::follow(first_.verifier(), {receipt(2, 4, alone)}));
    EXPECT_FALSE(LedgerKeys::follow(first_.verifier(), {receipt(1, 4, {&first_, &second_})})) << "of an entry that is no change";
    auto spoiled = receipt(2, 4, {&first_, &second_});
    const auto at = spoiled.find("extra ") + 30;
    spoiled[at] = spoiled[at] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(LedgerKeys::follow(first_.verifier(), {spoiled}));
}

TEST_F(LedgerKeysTest, TheSameChangeInAnotherLedgerIsAFork) {
    auto both = changes();
    tree_ = MemoryTree();
    entries_[0] = "{\"n\":100}";
    for (const auto& entry : entries_) tree_.append(entry);
    both.push_back(receipt(2, 4, {&first_, &second_}));
    EXPECT_FALSE(LedgerKeys::follow(first_.verifier(), both));
}

TEST_F(LedgerKeysTest, AMissingChangeOrASecondOneFromTheSameKeyIsRefused) {
    const auto third = receipt(5, 6, {&second_, &third_});
    EXPECT_FALSE(LedgerKeys::follow(first_.verifier(), {third}));
    // The thief of the first key leads to a key of his own: whoever knows the true change is not led there.
    MemoryTree forged;
    const std::string theft = change_entry(first_, stranger_);
    for (const auto& entry : {std::string("{}"), theft}) forged.append(entry);
    const Checkpoint made{.origin = "seald.example.org", .size = 2, .root = root_hash(2, forged.nodes(2)).value()};
    auto both = first_.sign(made.to_text());
    both.signatures.push_back(stranger_.sign(made.to_text()).signatures.front());
    const auto body = as_bytes(theft);
    const std::string fork =
        TlogProof{.index = 1, .path = inclusion_proof(1, 2, forged.nodes(2)).value(), .checkpoint = both.encode(), .extra = Bytes(body.begin(), body.end())}.encode();
    EXPECT_TRUE(LedgerKeys::follow(first_.verifier(), {fork})) << "by the first key alone, nobody can tell";
    auto with_fork = changes();
    with_fork.push_back(fork);
    EXPECT_FALSE(LedgerKeys::follow(first_.verifier(), with_fork));
    EXPECT_FALSE(LedgerKeys::follow(second_.verifier(), {fork}));
}

TEST_F(LedgerKeysTest, ArePinnedInOneFileWithTheirChanges) {
    const PinnedKey pinned{.key = third_.verifier(), .receipts = changes()};
    const auto read = PinnedKey::decode(pinned.encode()).value();
    EXPECT_EQ(read.key.encode(), third_.verifier().encode());
    EXPECT_EQ(read.receipts, changes());
    EXPECT_TRUE(PinnedKey::decode(third_.verifier().encode() + "\n").value().receipts.empty());
    EXPECT_FALSE(PinnedKey::decode("no key\n" + changes().front()));
}

}  // namespace
}  // namespace seald
