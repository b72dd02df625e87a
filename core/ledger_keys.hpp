// The keys that a ledger's checkpoints were signed with, one after the other. A change from one to the next is proven by a
// receipt: of the entry "ledger-key-changed", which names both, under a checkpoint that both signed. Whoever knows one of
// the keys follows these to all others. Refuses a checkpoint by a key whose time was over, or had not come.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/receipt.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::string_view ledger_key_changed = "ledger-key-changed";  // the entry's kind; "old" and "new" are verifier keys

struct LedgerKeyChange {
    std::uint64_t index = 0;  // of the entry
    Checkpoint checkpoint;    // the last of the old key, the first of the new one
    NoteVerifier from, to;
    Timestamp time;           // as the entry has it
    std::string receipt;

    // Believes nothing: the receipt has to be good by both keys that it names. verification_failed.
    static Result<LedgerKeyChange> open(std::string receipt);
};

class LedgerKeys {
  public:
    LedgerKeys(NoteVerifier only) : current_(std::move(only)) {}  // NOLINT: a ledger whose key was never changed
    // In any direction from the key that is known; the receipts may repeat themselves and have any order. verification_failed
    // where a change is not proven or does not fit the others.
    static Result<LedgerKeys> follow(const NoteVerifier& known, const std::vector<std::string>& receipts);

    const std::string& name() const { return current_.name(); }  // the ledger's origin
    const NoteVerifier& current() const { return current_; }
    const std::vector<LedgerKeyChange>& changes() const { return changes_; }  // oldest first
    std::vector<NoteVerifier> all() const;                                    // oldest first
    std::vector<Checkpoint> checkpoints() const;                              // those of the changes
    LedgerKeys with(LedgerKeyChange next) const;                              // after one more change

    // Signed by the key whose time its size is of; where one followed the other, by both.
    Result<Checkpoint> open(std::string_view note) const;
    Result<VerifiedEntry> verify(const TlogProof& receipt) const;
    // The key whose time a size is of is not the last one: whoever has it could sign such a checkpoint today.
    bool is_former(std::uint64_t size) const { return !changes_.empty() && size < changes_.back().checkpoint.size; }

  private:
    NoteVerifier current_;
    std::vector<LedgerKeyChange> changes_;
};

// A verifier key, and below it, if the key was changed, the receipts of the changes: the file that people pin.
struct PinnedKey {
    NoteVerifier key;
    std::vector<std::string> receipts;
    static Result<PinnedKey> decode(std::string_view text);
    std::string encode() const;
};

}  // namespace seald
