#include "daemon/store/tile_tree.hpp"

namespace seald {
namespace {

std::string name_of(unsigned level, std::uint64_t index) {
    return "tile " + std::to_string(level) + "/" + std::to_string(index);
}

Result<std::optional<Tile>> read_tile(Database& database, unsigned level, std::uint64_t index) {
    auto row = database.query("SELECT hashes FROM tile WHERE level = ? AND idx = ?", level, index);
    const auto there = row.step();
    if (!there) return there.error();
    if (!*there) return std::optional<Tile>();
    auto tile = Tile::decode(row.blob_view(0));
    if (!tile) return tile.error();
    return std::optional<Tile>(*tile);
}

}  // namespace

Result<const Tile*> TileReader::load(unsigned level, std::uint64_t index) {
    if (const auto found = loaded_.find(level); found != loaded_.end() && found->second.index == index)
        return &found->second.tile;
    auto tile = read_tile(*database_, level, index);
    if (!tile) return tile.error();
    if (!*tile) return verification_failed(name_of(level, index) + " of the ledger's tree is missing");
    return &loaded_.insert_or_assign(level, Loaded{index, **tile}).first->second.tile;
}

Result<TreeHash> TileReader::node(unsigned level, std::uint64_t index) {
    const auto at = locate_node(level, index);
    auto tile = load(at.level, at.tile);
    if (!tile) return tile.error();
    if (const auto* hash = (*tile)->find(at.height, at.position)) return *hash;
    return verification_failed(name_of(at.level, at.tile) + " of the ledger's tree is cut short");
}

Result<TileTree> TileTree::load(Database& database, std::uint64_t size) {
    TileTree tree(database);
    tree.edge_.size = size;
    for (unsigned level = 0; size >> (tile_height * level) > 0; ++level) {
        const auto width = static_cast<std::size_t>((size >> (tile_height * level)) % tile_width);
        auto tile = read_tile(database, level, tree.edge_index(level));
        if (!tile) return tile.error();
        if (width != (*tile ? (*tile)->width() : 0))
            return verification_failed(name_of(level, tree.edge_index(level)) +
                                       " of the ledger's tree does not fit the number of entries");
        tree.edge_.levels.push_back(tile->value_or(Tile()));
    }
    return tree;
}

void TileTree::restore(Edge before) {
    edge_ = std::move(before);
    reader_ = TileReader(*database_);  // it may have read tiles that were rolled back
}

Result<void> TileTree::write(unsigned level, std::uint64_t index, const Tile& tile) {
    auto written = database_->change(
        "INSERT INTO tile (level, idx, hashes) VALUES (?, ?, ?) ON CONFLICT (level, idx) DO UPDATE SET hashes = "
        "excluded.hashes",
        level, index, tile.bytes());
    if (!written) return written.error();
    return {};
}

// A full tile is written at once and makes way for the next; its top goes one level up.
Result<void> TileTree::append(unsigned level, const TreeHash& hash) {
    if (edge_.levels.size() == level) edge_.levels.emplace_back();
    Tile& tile = edge_.levels[level];
    tile.append(hash);
    if (level == 0) ++edge_.size;
    if (!tile.full()) return {};
    const TreeHash top = tile.top();
    if (auto written = write(level, edge_index(level) - 1, tile); !written) return written;
    tile = Tile();
    return append(level + 1, top);
}

Result<void> TileTree::append(std::span<const TreeHash> leaves) {
    const auto before = edge_.size;
    for (const auto& leaf : leaves)
        if (auto appended = append(0, leaf); !appended) return appended;
    for (unsigned level = 0; level < edge_.levels.size(); ++level) {
        const bool grew = before >> (tile_height * level) != edge_.size >> (tile_height * level);
        if (!grew || edge_.levels[level].width() == 0) continue;
        if (auto written = write(level, edge_index(level), edge_.levels[level]); !written) return written;
    }
    return {};
}

Result<TreeHash> TileTree::node(unsigned level, std::uint64_t index) {
    const auto at = locate_node(level, index);
    if (at.level >= edge_.levels.size() || at.tile != edge_index(at.level)) return reader_.node(level, index);
    if (const auto* hash = edge_.levels[at.level].find(at.height, at.position)) return *hash;
    return internal_error("a node beyond the tree's edge was asked for");
}

Result<TreeHash> TileTree::root() {
    return root_hash(edge_.size, [this](unsigned level, std::uint64_t index) { return node(level, index); });
}

Result<std::vector<TreeHash>> TileTree::inclusion_proof(std::uint64_t index) {
    return seald::inclusion_proof(index, edge_.size,
                                  [this](unsigned level, std::uint64_t at) { return node(level, at); });
}

}  // namespace seald
