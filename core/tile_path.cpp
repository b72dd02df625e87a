#include "core/tile_path.hpp"

#include <algorithm>
#include <optional>

#include "core/decimal.hpp"

namespace seald {
namespace {

constexpr unsigned highest_level = 63;
constexpr std::string_view partial_mark = ".p/";

// "<N> … MUST be a non-negative integer encoded into zero-padded 3-digit path elements. All but the last path element
// MUST begin with an x."
std::string encode_index(std::uint64_t index) {
    std::string path;
    for (bool last = true; last || index > 0; last = false, index /= 1000) {
        const std::string digits = std::to_string(index % 1000);
        const std::string element = std::string(3 - digits.size(), '0') + digits;
        path = last ? element : "x" + element + "/" + path;
    }
    return path;
}

std::optional<std::uint64_t> decode_index(std::string_view path) {
    std::string digits;
    for (const char c : path)
        if (c >= '0' && c <= '9') digits += c;
    const auto start = std::min(digits.find_first_not_of('0'), digits.empty() ? 0 : digits.size() - 1);
    const auto index = decode_decimal(std::string_view(digits).substr(start));
    // One spelling only: what would be written otherwise was not a name.
    if (!index || encode_index(*index) != path) return std::nullopt;
    return index;
}

}  // namespace

std::string TilePath::encode() const {
    const std::string kind = content == Content::entries ? "entries" : std::to_string(level);
    const std::string partial = width == tile_width ? "" : std::string(partial_mark) + std::to_string(width);
    return "tile/" + kind + "/" + encode_index(index) + partial;
}

Result<TilePath> TilePath::decode(std::string_view path) {
    const Error problem = malformed("not a tile's path: tile/<level or entries>/<index>[.p/<width>]");
    if (!path.starts_with("tile/")) return problem;
    path.remove_prefix(5);
    const auto slash = path.find('/');
    if (slash == path.npos) return problem;
    TilePath tile;
    const auto level = decode_decimal(path.substr(0, slash));
    if (path.substr(0, slash) == "entries")
        tile.content = Content::entries;
    else if (level && *level <= highest_level)
        tile.level = static_cast<unsigned>(*level);
    else
        return problem;
    auto index = path.substr(slash + 1);
    if (const auto mark = index.find(partial_mark); mark != index.npos) {
        const auto width = decode_decimal(index.substr(mark + partial_mark.size()));
        if (!width || *width == 0 || *width >= tile_width) return problem;
        tile.width = static_cast<unsigned>(*width);
        index = index.substr(0, mark);
    }
    const auto number = decode_index(index);
    if (!number) return problem;
    tile.index = *number;
    return tile;
}

std::vector<TilePath> tiles_of_level(unsigned level, std::uint64_t size) {
    std::vector<TilePath> tiles;
    const std::uint64_t hashes = size >> (tile_height * level);
    for (std::uint64_t index = 0; index < hashes / tile_width; ++index)
        tiles.push_back({.level = level, .index = index});
    if (const auto rest = static_cast<unsigned>(hashes % tile_width); rest != 0)
        tiles.push_back({.level = level, .index = hashes / tile_width, .width = rest});
    return tiles;
}

}  // namespace seald
