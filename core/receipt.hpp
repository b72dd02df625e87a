// A receipt is a C2SP tlog-proof: it proves offline that an entry is in the ledger. seald puts the entry's own bytes into
// the `extra` line, so that a receipt alone tells what was recorded.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/checkpoint.hpp"

namespace seald {

struct TlogProof {
    std::uint64_t index = 0;
    std::vector<TreeHash> path;
    std::string checkpoint;  // the signed note
    Bytes extra;             // the entry

    std::string encode() const;
    static Result<TlogProof> decode(std::string_view text);  // malformed
};

struct VerifiedEntry {
    std::uint64_t index = 0;
    std::string entry;      // exact bytes
    Checkpoint checkpoint;
};
// verification_failed unless the entry in `extra` is at its index under the checkpoint, and the checkpoint is signed by `key`.
Result<VerifiedEntry> verify_receipt(const TlogProof& proof, const NoteVerifier& key);
// Likewise under the receipt's checkpoint, once its signature was verified.
Result<VerifiedEntry> verify_receipt(const TlogProof& proof, Checkpoint checkpoint);

}  // namespace seald
