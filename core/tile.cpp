#include "core/tile.hpp"

#include <algorithm>

namespace seald {
namespace {

// Where the hashes of a height begin in the block.
constexpr std::size_t offset_of(unsigned height) { return 2 * tile_width - (2 * tile_width >> height); }

static_assert(sizeof(std::array<TreeHash, 2>) == 2 * sizeof(TreeHash), "bytes() relies on hashes lying side by side");

}  // namespace

TilePosition locate_node(unsigned level, std::uint64_t index) {
    const unsigned height = level % tile_height;
    const std::uint64_t first = index << height;  // of the tile level's hashes under the node
    return {.level = level / tile_height,
            .tile = first / tile_width,
            .height = height,
            .position = (first % tile_width) >> height};
}

Result<Tile> Tile::decode(BytesView hashes) {
    if (hashes.empty() || hashes.size() > tile_width * sizeof(TreeHash) || hashes.size() % sizeof(TreeHash) != 0)
        return verification_failed("a tile of the ledger's tree has " + std::to_string(hashes.size()) + " bytes");
    Tile tile;
    for (; !hashes.empty(); hashes = hashes.subspan(sizeof(TreeHash))) {
        TreeHash hash;
        std::copy_n(hashes.begin(), hash.size(), hash.begin());
        tile.append(hash);
    }
    return tile;
}

void Tile::append(const TreeHash& hash) {
    std::size_t position = width_++;
    hashes_[position] = hash;
    for (unsigned height = 0; height < tile_height && position % 2 == 1; ++height, position /= 2) {
        const TreeHash* pair = &hashes_[offset_of(height) + position - 1];
        hashes_[offset_of(height + 1) + position / 2] = node_hash(pair[0], pair[1]);
    }
}

const TreeHash* Tile::find(unsigned height, std::size_t position) const {
    if (height > tile_height || position >= width_ >> height) return nullptr;
    return &hashes_[offset_of(height) + position];
}

}  // namespace seald
