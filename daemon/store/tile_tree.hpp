// The ledger's Merkle tree over the tile table. TileReader answers from one snapshot of the table; TileTree is the
// writer's: it keeps the right-hand tile of every level in memory, so that appending hashes only what is new.
#pragma once
#include <map>
#include <span>
#include <vector>

#include "daemon/store/sqlite.hpp"
#include "core/tile.hpp"

namespace seald {

// Keeps the last tile it read of each level: a proof needs few. Valid as long as the snapshot is.
class TileReader {
  public:
    explicit TileReader(Database& database) : database_(&database) {}
    Result<TreeHash> node(unsigned level, std::uint64_t index);  // verification_failed when the tile does not hold it

  private:
    Result<const Tile*> load(unsigned level, std::uint64_t index);
    struct Loaded {
        std::uint64_t index;
        Tile tile;
    };
    Database* database_;
    std::map<unsigned, Loaded> loaded_;
};

class TileTree {
  public:
    // Reads the right edge of a tree of `size` leaves, no more. verification_failed when the table has another one.
    static Result<TileTree> load(Database& database, std::uint64_t size);

    std::uint64_t size() const { return edge_.size; }
    // Appends and writes the tiles it touched. After an error, or when the transaction is rolled back: restore().
    Result<void> append(std::span<const TreeHash> leaves);
    Result<TreeHash> root();
    Result<std::vector<TreeHash>> inclusion_proof(std::uint64_t index);
    Result<TreeHash> node(unsigned level, std::uint64_t index);

    struct Edge {
        std::uint64_t size = 0;
        std::vector<Tile>
            levels;  // the last tile of each level; one that has just been filled is replaced by an empty one
    };
    Edge edge() const { return edge_; }
    void restore(Edge before);

  private:
    explicit TileTree(Database& database) : database_(&database), reader_(database) {}
    Result<void> append(unsigned level, const TreeHash& hash);
    Result<void> write(unsigned level, std::uint64_t index, const Tile& tile);
    std::uint64_t edge_index(unsigned level) const { return (edge_.size >> (tile_height * level)) / tile_width; }
    Database* database_;
    TileReader reader_;  // for full tiles
    Edge edge_;
};

}  // namespace seald
