// One tile of the tree as C2SP tlog-tiles has it: up to 256 neighbouring hashes of one level, and every hash above them
// inside the tile, worked out as the tile grows so that nothing is hashed twice.
#pragma once
#include <array>
#include <cstdint>

#include "core/merkle.hpp"

namespace seald {

inline constexpr unsigned tile_height = 8;
inline constexpr std::size_t tile_width = std::size_t{1} << tile_height;

// Where the hash of a complete subtree is: in which tile, how high above the tile's own hashes, and which one there.
struct TilePosition {
    unsigned level;
    std::uint64_t tile;
    unsigned height;
    std::size_t position;
};
TilePosition locate_node(unsigned level, std::uint64_t index);

class Tile {
  public:
    static Result<Tile> decode(BytesView hashes);  // verification_failed unless 1 to 256 whole hashes
    void append(const TreeHash& hash);             // not when full

    std::size_t width() const { return width_; }
    bool full() const { return width_ == tile_width; }
    // Null unless the subtree is complete.
    const TreeHash* find(unsigned height, std::size_t position) const;
    const TreeHash& top() const { return hashes_.back(); }  // of a full tile: its one hash in the level above
    BytesView bytes() const { return {hashes_.front().data(), width_ * sizeof(TreeHash)}; }

  private:
    // 256 hashes, then the 128 above them, …, then the top: one block, so that copying a tile is copying memory.
    std::array<TreeHash, 2 * tile_width - 1> hashes_{};
    std::size_t width_ = 0;
};

}  // namespace seald
