// The names of a log's resources as C2SP tlog-tiles has them below the log's prefix: "tile/<L>/<N>[.p/<W>]" for hashes,
// "tile/entries/<N>[.p/<W>]" for bundles of entries. Every resource has one spelling; anything else is refused.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/tile.hpp"

namespace seald {

struct TilePath {
    enum class Content { hashes, entries };
    Content content = Content::hashes;
    unsigned level = 0;  // 0 for entries
    std::uint64_t index = 0;
    unsigned width = tile_width;  // fewer: a partial tile

    std::uint64_t first() const { return index * tile_width; }  // of the hashes of its level, or of the entries
    std::string encode() const;
    static Result<TilePath> decode(std::string_view path);  // malformed
    bool operator==(const TilePath&) const = default;
};

// The tiles that one level of a tree of `size` leaves has, the partial one last.
std::vector<TilePath> tiles_of_level(unsigned level, std::uint64_t size);
inline bool has_level(unsigned level, std::uint64_t size) { return level < 8 && size >> (tile_height * level) > 0; }

}  // namespace seald
