// What every transaction that adds entries ends with: the tree grown by their leaves, and the checkpoint over all of it.
#pragma once
#include <span>
#include <string>

#include "core/checkpoint.hpp"
#include "daemon/store/tile_tree.hpp"

namespace seald {

// The signed checkpoint's note, which stands in the database too; where the key is being changed, the next one signs it as
// well. After an error: restore the tree.
Result<std::string> grow_ledger(Database& database, TileTree& tree, const NoteSigner& ledger_key, std::span<const TreeHash> leaves,
                                const NoteSigner* next = nullptr);

}  // namespace seald
