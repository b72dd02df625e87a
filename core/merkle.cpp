#include "core/merkle.hpp"

#include <openssl/evp.h>

#include <bit>
#include <initializer_list>
#include <string>

#include "core/openssl.hpp"

namespace seald {
namespace {

// Verifying a ledger hashes millions of short inputs: fetching the method and making a context each time would cost
// more than the hashing.
TreeHash sha256(std::initializer_list<BytesView> parts) {
    static const Openssl<EVP_MD, EVP_MD_free> method(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    thread_local const Openssl<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    TreeHash hash;
    bool good = method && context && EVP_DigestInit_ex2(context.get(), method.get(), nullptr) == 1;
    for (BytesView part : parts) good = good && EVP_DigestUpdate(context.get(), part.data(), part.size()) == 1;
    if (!good || EVP_DigestFinal_ex(context.get(), hash.data(), nullptr) != 1) throw_openssl("EVP_Digest");
    return hash;
}

// Section 2.1: "For n > 1, let k be the largest power of two smaller than n".
std::uint64_t split_point(std::uint64_t n) { return std::bit_floor(n - 1); }

// MTH(D[begin : begin + size]). The recursion of section 2.1 meets only ranges whose left parts are complete subtrees.
Result<TreeHash> range_hash(std::uint64_t begin, std::uint64_t size, const NodeReader& node) {
    if (std::has_single_bit(size)) return node(static_cast<unsigned>(std::countr_zero(size)), begin / size);
    std::uint64_t k = split_point(size);
    auto left = range_hash(begin, k, node);
    if (!left) return left;
    auto right = range_hash(begin + k, size - k, node);
    if (!right) return right;
    return node_hash(*left, *right);
}

using Proof = std::vector<TreeHash>;

Result<void> append_range(Proof& proof, std::uint64_t begin, std::uint64_t size, const NodeReader& node) {
    auto hash = range_hash(begin, size, node);
    if (!hash) return hash.error();
    proof.push_back(*hash);
    return {};
}

// PATH(m, D[n]) of section 2.1.1, where D starts at `begin` of the whole.
Result<void> append_path(Proof& proof, std::uint64_t m, std::uint64_t begin, std::uint64_t n, const NodeReader& node) {
    if (n == 1) return {};
    std::uint64_t k = split_point(n);
    bool left = m < k;
    auto below = left ? append_path(proof, m, begin, k, node) : append_path(proof, m - k, begin + k, n - k, node);
    if (!below) return below;
    return left ? append_range(proof, begin + k, n - k, node) : append_range(proof, begin, k, node);
}

// SUBPROOF(m, D[n], b) of section 2.1.2.
Result<void> append_subproof(Proof& proof, std::uint64_t m, std::uint64_t begin, std::uint64_t n, bool b,
                             const NodeReader& node) {
    if (m == n && b) return {};
    if (m == n) return append_range(proof, begin, n, node);
    std::uint64_t k = split_point(n);
    bool left = m <= k;
    auto below = left ? append_subproof(proof, m, begin, k, b, node)
                      : append_subproof(proof, m - k, begin + k, n - k, false, node);
    if (!below) return below;
    return left ? append_range(proof, begin + k, n - k, node) : append_range(proof, begin, k, node);
}

bool is_odd(std::uint64_t n) { return (n & 1) != 0; }

// Where a verifier is in the tree: fn is the node's index on its level, sn that of the level's last node.
struct Position {
    std::uint64_t fn;
    std::uint64_t sn;

    void up() {
        fn >>= 1;
        sn >>= 1;
    }
    // Is the next hash of the proof a left sibling? If so, first climbs over the levels where the node has no sibling.
    bool take_left() {
        if (!is_odd(fn) && fn != sn) return false;
        while (!is_odd(fn) && fn != 0) up();
        return true;
    }
};

}  // namespace

TreeHash leaf_hash(BytesView entry) {
    static constexpr std::uint8_t prefix[] = {0x00};
    return sha256({prefix, entry});
}

TreeHash node_hash(const TreeHash& left, const TreeHash& right) {
    static constexpr std::uint8_t prefix[] = {0x01};
    return sha256({prefix, left, right});
}

TreeHash empty_tree_hash() { return sha256({}); }

Result<TreeHash> root_hash(std::uint64_t size, const NodeReader& node) {
    if (size == 0) return empty_tree_hash();
    return range_hash(0, size, node);
}

Result<Proof> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeReader& node) {
    if (index >= size) {
        return not_found("a ledger of " + std::to_string(size) + " entries has no entry " + std::to_string(index));
    }
    Proof proof;
    auto done = append_path(proof, index, 0, size, node);
    if (!done) return done.error();
    return proof;
}

Result<Proof> consistency_proof(std::uint64_t old_size, std::uint64_t new_size, const NodeReader& node) {
    if (old_size == 0 || old_size > new_size) {
        return unacceptable("no consistency proof from " + std::to_string(old_size) + " to " +
                            std::to_string(new_size) +
                            " entries: the older size must be at least 1 and not the larger");
    }
    Proof proof;
    auto done = append_subproof(proof, old_size, 0, new_size, true, node);
    if (!done) return done.error();
    return proof;
}

// RFC 9162 section 2.1.3.2, which gives the algorithm for the same tree.
Result<void> verify_inclusion(const TreeHash& leaf, std::uint64_t index, std::uint64_t size, const Proof& proof,
                              const TreeHash& root) {
    Error problem = verification_failed("the inclusion proof does not lead from the entry to the root");
    if (index >= size) return problem;
    Position at{index, size - 1};
    TreeHash hash = leaf;
    for (const TreeHash& sibling : proof) {
        if (at.sn == 0) return problem;
        hash = at.take_left() ? node_hash(sibling, hash) : node_hash(hash, sibling);
        at.up();
    }
    if (at.sn != 0 || hash != root) return problem;
    return {};
}

// RFC 9162 section 2.1.4.2.
Result<void> verify_consistency(std::uint64_t old_size, const TreeHash& old_root, std::uint64_t new_size,
                                const TreeHash& new_root, const Proof& proof) {
    Error problem = verification_failed("the newer tree is not a continuation of the older one");
    if (old_size == 0 || old_size > new_size) return problem;
    if (old_size == new_size) return proof.empty() && old_root == new_root ? Result<void>{} : problem;
    if (proof.empty()) return problem;
    bool complete = std::has_single_bit(old_size);  // then the older root is itself a node of the newer tree
    Position at{old_size - 1, new_size - 1};
    while (is_odd(at.fn)) at.up();
    TreeHash older = complete ? old_root : proof.front();
    TreeHash newer = older;
    for (std::size_t i = complete ? 0 : 1; i < proof.size(); ++i) {
        if (at.sn == 0) return problem;
        if (at.take_left()) {
            older = node_hash(proof[i], older);
            newer = node_hash(proof[i], newer);
        } else {
            newer = node_hash(newer, proof[i]);
        }
        at.up();
    }
    if (at.sn != 0 || older != old_root || newer != new_root) return problem;
    return {};
}

void TreeAccumulator::append(const TreeHash& leaf) {
    TreeHash hash = leaf;
    for (std::uint64_t rest = size_; is_odd(rest); rest >>= 1) {  // every trailing one bit is a peak of equal height
        hash = node_hash(peaks_.back(), hash);
        peaks_.pop_back();
    }
    peaks_.push_back(hash);
    ++size_;
}

TreeHash TreeAccumulator::root() const {
    if (peaks_.empty()) return empty_tree_hash();
    TreeHash hash = peaks_.back();
    for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) hash = node_hash(*peak, hash);
    return hash;
}

}  // namespace seald
