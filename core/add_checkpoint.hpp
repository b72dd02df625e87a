// The request of C2SP tlog-witness by which a ledger asks for a cosignature: an old size, a consistency proof from it,
// and the checkpoint. Refuses anything that has a second spelling.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/merkle.hpp"

namespace seald {

inline constexpr std::size_t max_add_checkpoint_bytes = 64UL * 1024;
inline constexpr std::string_view tree_size_type = "text/x.tlog.size";  // the media type of a 409's size

struct AddCheckpoint {
    std::uint64_t old_size = 0;
    std::vector<TreeHash> proof;  // at most 63
    std::string checkpoint;       // the signed note

    std::string encode() const;
    static Result<AddCheckpoint> decode(std::string_view body);  // malformed; the note is not looked at
};

}  // namespace seald
