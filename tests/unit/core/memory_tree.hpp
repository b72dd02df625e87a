// A Merkle tree with all of its complete subtrees in memory, for tests of proofs.
#pragma once
#include <string_view>
#include <vector>

#include "core/merkle.hpp"

namespace seald {

class MemoryTree {
  public:
    void append(std::string_view entry) {
        TreeHash hash = leaf_hash(as_bytes(entry));
        for (std::size_t level = 0;; ++level) {
            if (level == levels_.size()) levels_.emplace_back();
            auto& row = levels_[level];
            row.push_back(hash);
            if (row.size() % 2 != 0) return;
            hash = node_hash(row[row.size() - 2], row[row.size() - 1]);
        }
    }

    TreeHash leaf(std::uint64_t index) const { return levels_[0][index]; }

    // Refuses nodes that are not complete at `size`: what a ledger of that size could not have stored.
    NodeReader nodes(std::uint64_t size) const {
        return [this, size](unsigned level, std::uint64_t index) -> Result<TreeHash> {
            if ((index + 1) << level > size) return internal_error("an incomplete node was asked for");
            return levels_[level][index];
        };
    }

  private:
    std::vector<std::vector<TreeHash>> levels_;
};

}  // namespace seald
