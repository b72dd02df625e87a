// The Merkle tree of RFC 6962 section 2.1 (SHA-256): hashing, proofs, and their verification. Pure: nodes come from a
// function that the caller gives.
#pragma once
#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "core/encoding.hpp"
#include "core/error.hpp"

namespace seald {

using TreeHash = std::array<std::uint8_t, 32>;

TreeHash leaf_hash(BytesView entry);                                   // SHA-256(0x00 || entry)
TreeHash node_hash(const TreeHash& left, const TreeHash& right);       // SHA-256(0x01 || left || right)
TreeHash empty_tree_hash();                                            // SHA-256("")

// The hash of the complete subtree over leaves [index << level, (index + 1) << level).
using NodeReader = std::function<Result<TreeHash>(unsigned level, std::uint64_t index)>;

Result<TreeHash> root_hash(std::uint64_t size, const NodeReader& node);
// Audit path for leaf `index` in the tree of `size` leaves (section 2.1.1), leaf's sibling first. index < size.
Result<std::vector<TreeHash>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node);
// Section 2.1.2; 0 < old_size <= new_size.
Result<std::vector<TreeHash>> consistency_proof(std::uint64_t old_size, std::uint64_t new_size, const NodeReader& node);

// verification_failed if the proof does not lead from the leaf to the root.
Result<void> verify_inclusion(const TreeHash& leaf, std::uint64_t index, std::uint64_t size,
                              const std::vector<TreeHash>& proof, const TreeHash& root);
Result<void> verify_consistency(std::uint64_t old_size, const TreeHash& old_root, std::uint64_t new_size,
                                const TreeHash& new_root, const std::vector<TreeHash>& proof);

// Grows a tree leaf by leaf in O(log n) memory: for verifying a whole ledger in one pass.
class TreeAccumulator {
  public:
    void append(const TreeHash& leaf);
    std::uint64_t size() const { return size_; }
    TreeHash root() const;

  private:
    std::uint64_t size_ = 0;
    std::vector<TreeHash> peaks_;  // one per set bit of size_, largest subtree first
};

}  // namespace seald
