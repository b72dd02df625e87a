#include "client/ledger_verification.hpp"

#include <algorithm>
#include <map>

#include "core/merkle.hpp"
#include "core/purge_record.hpp"
#include "core/receipt.hpp"

namespace seald {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

class LedgerWalk {
  public:
    LedgerWalk(LedgerSource& source, const Checkpoint& checkpoint, const std::vector<Checkpoint>& since, const EachEntry& each)
        : source_(source), checkpoint_(checkpoint), since_(since), each_(each) {}

    // Reads entries 0 … size-1. False, with a failed check, where their sequence is not what a ledger's is.
    Result<bool> read_all(const Progress& progress) {
        note_since();
        while (tree_.size() < checkpoint_.size) {
            const auto page = source_.entries(tree_.size());
            if (!page) return page.error();
            if (page->empty()) return fail("entries", "entry " + number(tree_.size()) + " and what follows is missing");
            if (tree_.size() == 0 && page->front().index > 0 && page->front().index % tile_width == 0)
                if (auto bridged = bridge_purged(page->front().index); !bridged) return bridged.error();
            for (const LedgerEntry& entry : *page) {
                if (tree_.size() == checkpoint_.size) break;  // newer than the checkpoint
                if (entry.index != tree_.size()) return out_of_sequence(entry.index);
                tree_.append(leaf_hash(entry.raw));
                note_since();
                note_purge(entry);
                if (each_) each_(entry.index, as_text(entry.raw));
            }
            if (progress) progress(tree_.size(), checkpoint_.size);
        }
        const std::string read = purged_ == 0 ? "" : " from entry " + number(purged_) + " on";
        result.checks.push_back({"entries", Outcome::passed, number(checkpoint_.size - purged_) + " read" + read + ", none missing"});
        if (purged_ > 0)
            result.checks.push_back({"purged", purge_ ? Outcome::passed : Outcome::failed,
                                     purge_ ? purge_->words() + "; their hashes are those that were signed" : unrecorded_words(purged_)});
        return true;
    }

    bool root_matches() {
        const bool matches = tree_.root() == checkpoint_.root;
        result.checks.push_back({"tree", matches ? Outcome::passed : Outcome::failed,
                                 matches ? "the entries give exactly the root that the checkpoint signs"
                                         : "the entries do not give the root that the checkpoint signs"});
        return matches;
    }

    void judge_since() {
        for (const Checkpoint& since : since_) judge_since(since);
    }

    // Each entry's own proof, made from the daemon's stored tree, is held against the bytes it shows for the entry.
    Result<void> find_bad_entry(const LedgerKeys& keys) {
        for (std::uint64_t next = purged_; next < checkpoint_.size;) {
            const auto page = source_.entries(next);
            if (!page) return page.error();
            if (page->empty()) return {};
            for (const LedgerEntry& entry : *page) {
                if (entry.index >= checkpoint_.size) return {};
                const auto text = source_.proof(entry.index);
                auto proof = text ? TlogProof::decode(*text) : Result<TlogProof>(text.error());
                if (proof) proof->extra = entry.raw;
                const auto proven = proof ? keys.verify(*proof) : Result<VerifiedEntry>(proof.error());
                if (!proven || proof->index != entry.index)
                    return name_bad_entry(entry.index,
                                          proven ? "its proof is another entry's" : proven.error().message);
                next = entry.index + 1;
            }
        }
        result.checks.push_back({"bad entry", Outcome::failed,
                                 "each entry proves by itself, so the stored tree contradicts its checkpoint"});
        return {};
    }

    LedgerVerification result;

  private:
    // Of what is gone, the hashes stay.
    Result<void> bridge_purged(std::uint64_t until) {
        while (tree_.size() < std::min(until, checkpoint_.size)) {
            const auto tile = source_.leaves(tree_.size() / tile_width);
            if (!tile) return tile.error();
            for (unsigned i = 0; i < tile_width && tree_.size() < checkpoint_.size; ++i) {
                const auto* leaf = tile->find(0, i);
                if (leaf == nullptr) return verification_failed("the hashes of purged entries are cut short");
                tree_.append(*leaf);
                note_since();
            }
        }
        purged_ = tree_.size();
        purged_root_ = tree_.root();
        return {};
    }

    void note_purge(const LedgerEntry& entry) {
        if (purged_ == 0 || purge_) return;
        auto record = find_purge_record(entry.index, as_text(entry.raw));
        if (record && record->covers(purged_, purged_root_)) purge_ = std::move(record);
    }

    void note_since() {
        for (const Checkpoint& since : since_)
            if (tree_.size() == since.size) roots_since_[since.size] = tree_.root();
    }

    void judge_since(const Checkpoint& since) {
        const std::string earlier = "the checkpoint of " + number(since.size) + " entries";
        const auto root = roots_since_.find(since.size);
        if (since.size > checkpoint_.size) {
            result.checks.push_back(
                {"history", Outcome::failed,
                 "rolled back: " + earlier + " was signed, now there are " + number(checkpoint_.size)});
        } else if (root == roots_since_.end() || root->second != since.root) {
            result.checks.push_back(
                {"history", Outcome::failed,
                 "rewritten: the first " + number(since.size) + " entries are not what " + earlier + " signed"});
        } else {
            result.checks.push_back(
                {"history", Outcome::passed, "grown from " + earlier + ", nothing before it changed"});
        }
    }

    bool fail(std::string name, std::string words) {
        result.checks.push_back({std::move(name), Outcome::failed, std::move(words)});
        return false;
    }

    bool out_of_sequence(std::uint64_t found) {
        const std::uint64_t wanted = tree_.size();
        result.bad_entry = wanted;
        if (found > wanted) {
            const std::string gap = found == wanted + 1
                                        ? "entry " + number(wanted) + " is"
                                        : "entries " + number(wanted) + " to " + number(found - 1) + " are";
            return fail("entries", gap + " missing");
        }
        return fail("entries", "entry " + number(found) + " comes again or out of order where entry " + number(wanted) +
                                   " belongs");
    }

    Result<void> name_bad_entry(std::uint64_t index, const std::string& why) {
        result.bad_entry = index;
        result.checks.push_back(
            {"bad entry", Outcome::failed, "entry " + number(index) + " is not what was recorded: " + why});
        return {};
    }

    LedgerSource& source_;
    const Checkpoint& checkpoint_;
    const std::vector<Checkpoint>& since_;
    const EachEntry& each_;
    TreeAccumulator tree_;
    std::uint64_t purged_ = 0;  // so many are gone
    TreeHash purged_root_{};
    std::optional<PurgeRecord> purge_;
    std::map<std::uint64_t, TreeHash> roots_since_;  // by size
};

}  // namespace

Result<LedgerVerification> verify_ledger(LedgerSource& source, const Checkpoint& checkpoint, const LedgerKeys& keys,
                                         const std::vector<Checkpoint>& since, const Progress& progress, const EachEntry& each) {
    LedgerWalk walk(source, checkpoint, since, each);
    const auto read = walk.read_all(progress);
    if (!read) return read.error();
    if (*read) {
        if (!walk.root_matches()) {
            if (auto searched = walk.find_bad_entry(keys); !searched) return searched.error();
        }
        walk.judge_since();
    }
    return std::move(walk.result);
}

}  // namespace seald
