// Entry bundles of C2SP tlog-tiles: up to 256 entries, each with its length in two bytes, big-endian, before it.
#pragma once
#include <vector>

#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

inline constexpr std::size_t max_entry_size = 65'535;  // bytes: what a bundle can say

void add_to_bundle(Bytes& bundle, BytesView entry);  // at most max_entry_size
// The entries in it; malformed when its end is not the end of an entry. They lie in `bundle`, which must outlive them.
Result<std::vector<BytesView>> decode_bundle(BytesView bundle);

}  // namespace seald
