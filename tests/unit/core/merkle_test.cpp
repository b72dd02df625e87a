#include "core/merkle.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tests/unit/core/memory_tree.hpp"

namespace seald {
namespace {

// The eight entries and the roots over the first 1 to 8 of them that implementations of RFC 6962 are tested with
// (Certificate Transparency's reference implementation; Go's and Trillian's use the same).
constexpr std::string_view kEntries[] = {
    "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"};
constexpr std::string_view kRoots[] = {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                                       "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                                       "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                                       "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                                       "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                                       "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                                       "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                                       "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
constexpr std::uint64_t kSizes = 130;  // beyond 128, so that every proof shape up to height 8 is met

std::string entry_of(std::uint64_t i) { return "entry " + std::to_string(i); }

MemoryTree known_tree() {
    MemoryTree tree;
    for (std::string_view hex : kEntries) tree.append(as_text(decode_hex(hex).value()));
    return tree;
}

MemoryTree large_tree() {
    MemoryTree tree;
    for (std::uint64_t i = 0; i < kSizes; ++i) tree.append(entry_of(i));
    return tree;
}

TreeHash root_of(const MemoryTree& tree, std::uint64_t size) { return root_hash(size, tree.nodes(size)).value(); }

std::vector<std::string> hex_of(const std::vector<TreeHash>& proof) {
    std::vector<std::string> list;
    for (const TreeHash& hash : proof) list.push_back(encode_hex(hash));
    return list;
}

// The definition of section 2.1, word for word, over leaf hashes [begin, end).
TreeHash by_definition(const MemoryTree& tree, std::uint64_t begin, std::uint64_t end) {
    if (end - begin == 1) return tree.leaf(begin);
    std::uint64_t k = 1;
    while (k * 2 < end - begin) k *= 2;
    return node_hash(by_definition(tree, begin, begin + k), by_definition(tree, begin + k, end));
}

TEST(Merkle, TheEmptyTreeIsTheHashOfNothing) {
    constexpr std::string_view sha256_of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    EXPECT_EQ(encode_hex(empty_tree_hash()), sha256_of_nothing);
    EXPECT_EQ(encode_hex(root_hash(0, MemoryTree().nodes(0)).value()), sha256_of_nothing);
    EXPECT_EQ(encode_hex(TreeAccumulator().root()), sha256_of_nothing);
}

TEST(Merkle, KnownEntriesHaveTheirKnownRoots) {
    MemoryTree tree = known_tree();
    TreeAccumulator accumulator;
    for (std::uint64_t size = 1; size <= std::size(kRoots); ++size) {
        accumulator.append(tree.leaf(size - 1));
        EXPECT_EQ(encode_hex(root_of(tree, size)), kRoots[size - 1]);
        EXPECT_EQ(encode_hex(accumulator.root()), kRoots[size - 1]);
    }
}

TEST(Merkle, KnownInclusionProofsAreMade) {
    MemoryTree tree = known_tree();
    using Hashes = std::vector<std::string>;
    EXPECT_EQ(hex_of(inclusion_proof(0, 8, tree.nodes(8)).value()),
              (Hashes{"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}));
    EXPECT_EQ(hex_of(inclusion_proof(5, 8, tree.nodes(8)).value()),
              (Hashes{"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
    EXPECT_TRUE(inclusion_proof(0, 1, tree.nodes(1)).value().empty());
}

TEST(Merkle, KnownConsistencyProofsAreMade) {
    MemoryTree tree = known_tree();
    using Hashes = std::vector<std::string>;
    EXPECT_EQ(hex_of(consistency_proof(6, 8, tree.nodes(8)).value()),
              (Hashes{"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}));
    EXPECT_EQ(hex_of(consistency_proof(2, 5, tree.nodes(5)).value()),
              (Hashes{"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}));
    EXPECT_TRUE(consistency_proof(5, 5, tree.nodes(5)).value().empty());
}

TEST(Merkle, RootsOfEverySizeFollowTheDefinition) {
    MemoryTree tree = large_tree();
    TreeAccumulator accumulator;
    for (std::uint64_t size = 1; size <= kSizes; ++size) {
        accumulator.append(tree.leaf(size - 1));
        TreeHash expected = by_definition(tree, 0, size);
        EXPECT_EQ(root_of(tree, size), expected) << size;
        EXPECT_EQ(accumulator.root(), expected) << size;
        EXPECT_EQ(accumulator.size(), size);
    }
}

TEST(Merkle, EveryInclusionProofVerifiesAndOnlyForItsOwnEntry) {
    MemoryTree tree = large_tree();
    for (std::uint64_t size = 1; size <= kSizes; ++size) {
        TreeHash root = root_of(tree, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            auto proof = inclusion_proof(index, size, tree.nodes(size)).value();
            ASSERT_TRUE(verify_inclusion(tree.leaf(index), index, size, proof, root)) << index << " of " << size;
            ASSERT_FALSE(verify_inclusion(tree.leaf((index + 1) % kSizes), index, size, proof, root));
        }
    }
}

TEST(Merkle, AnInclusionProofDoesNotVerifyForAnotherIndex) {
    MemoryTree tree = large_tree();
    for (std::uint64_t size : {2U, 3U, 7U, 8U, 100U, 128U, 129U}) {
        TreeHash root = root_of(tree, size);
        for (std::uint64_t index = 0; index < size; ++index) {
            auto proof = inclusion_proof(index, size, tree.nodes(size)).value();
            for (std::uint64_t other = 0; other <= size; ++other) {
                bool verifies = verify_inclusion(tree.leaf(index), other, size, proof, root).has_value();
                ASSERT_EQ(verifies, other == index) << index << " as " << other << " of " << size;
            }
        }
    }
}

TEST(Merkle, AnyFlippedBitOfAnInclusionProofIsRefused) {
    MemoryTree tree = large_tree();
    TreeHash root = root_of(tree, 100);
    for (std::uint64_t index : {0U, 63U, 64U, 97U, 99U}) {
        auto proof = inclusion_proof(index, 100, tree.nodes(100)).value();
        for (TreeHash& hash : proof) {
            for (unsigned bit = 0; bit < 256; ++bit) {
                auto mask = static_cast<std::uint8_t>(1U << bit % 8);
                hash[bit / 8] ^= mask;
                auto refused = verify_inclusion(tree.leaf(index), index, 100, proof, root);
                ASSERT_FALSE(refused);
                ASSERT_EQ(refused.error().code, ErrorCode::verification_failed);
                hash[bit / 8] ^= mask;
            }
        }
        ASSERT_TRUE(verify_inclusion(tree.leaf(index), index, 100, proof, root));
    }
}

TEST(Merkle, AnInclusionProofOfAnotherLengthIsRefused) {
    MemoryTree tree = large_tree();
    for (std::uint64_t size = 1; size <= kSizes; ++size) {
        TreeHash root = root_of(tree, size);
        auto proof = inclusion_proof(size / 2, size, tree.nodes(size)).value();
        auto longer = proof;
        longer.push_back(TreeHash{});
        EXPECT_FALSE(verify_inclusion(tree.leaf(size / 2), size / 2, size, longer, root));
        if (proof.empty()) continue;
        proof.pop_back();
        EXPECT_FALSE(verify_inclusion(tree.leaf(size / 2), size / 2, size, proof, root));
    }
}

// The hashes alone would fit: only the stated size says that the proof climbs too far.
TEST(Merkle, AProofOfALargerTreeThanStatedIsRefused) {
    MemoryTree tree = large_tree();
    auto inclusion = inclusion_proof(1, 2, tree.nodes(2)).value();
    EXPECT_TRUE(verify_inclusion(tree.leaf(1), 1, 2, inclusion, root_of(tree, 2)));
    EXPECT_FALSE(verify_inclusion(tree.leaf(1), 0, 1, inclusion, root_of(tree, 2)));
    auto consistency = consistency_proof(7, 8, tree.nodes(8)).value();
    EXPECT_TRUE(verify_consistency(7, root_of(tree, 7), 8, root_of(tree, 8), consistency));
    EXPECT_FALSE(verify_consistency(3, root_of(tree, 7), 4, root_of(tree, 8), consistency));
}

TEST(Merkle, AnInnerNodeDoesNotPassAsAnEntry) {
    MemoryTree tree = large_tree();
    auto proof = inclusion_proof(0, 4, tree.nodes(4)).value();
    TreeHash inner = node_hash(tree.leaf(0), tree.leaf(1));
    EXPECT_FALSE(verify_inclusion(inner, 0, 4, {proof[1]}, root_of(tree, 4)));
}

TEST(Merkle, ARootIsNoProofOfAnEntryThatIsNotThere) {
    MemoryTree tree = large_tree();
    EXPECT_FALSE(verify_inclusion(tree.leaf(0), 0, 0, {}, empty_tree_hash()));
    EXPECT_FALSE(verify_inclusion(tree.leaf(0), 1, 1, {}, root_of(tree, 1)));
    EXPECT_FALSE(verify_inclusion(tree.leaf(0), ~std::uint64_t{0}, 1, {}, root_of(tree, 1)));
}

TEST(Merkle, EveryConsistencyProofVerifiesAndOnlyForItsOwnTrees) {
    MemoryTree tree = large_tree();
    for (std::uint64_t newer = 1; newer <= kSizes; ++newer) {
        TreeHash new_root = root_of(tree, newer);
        for (std::uint64_t older = 1; older <= newer; ++older) {
            TreeHash old_root = root_of(tree, older);
            auto proof = consistency_proof(older, newer, tree.nodes(newer)).value();
            ASSERT_TRUE(verify_consistency(older, old_root, newer, new_root, proof)) << older << " to " << newer;
            ASSERT_FALSE(verify_consistency(older, tree.leaf(kSizes - 1), newer, new_root, proof));
            ASSERT_FALSE(verify_consistency(older, old_root, newer, tree.leaf(kSizes - 1), proof));
            if (older > 1) {
                ASSERT_FALSE(verify_consistency(older - 1, old_root, newer, new_root, proof));
            }
        }
    }
}

TEST(Merkle, AnyFlippedBitOfAConsistencyProofIsRefused) {
    MemoryTree tree = large_tree();
    TreeHash new_root = root_of(tree, 100);
    for (std::uint64_t older : {1U, 37U, 64U, 96U, 99U}) {
        TreeHash old_root = root_of(tree, older);
        auto proof = consistency_proof(older, 100, tree.nodes(100)).value();
        for (TreeHash& hash : proof) {
            for (unsigned bit = 0; bit < 256; ++bit) {
                auto mask = static_cast<std::uint8_t>(1U << bit % 8);
                hash[bit / 8] ^= mask;
                ASSERT_FALSE(verify_consistency(older, old_root, 100, new_root, proof));
                hash[bit / 8] ^= mask;
            }
        }
        ASSERT_TRUE(verify_consistency(older, old_root, 100, new_root, proof));
    }
}

TEST(Merkle, AConsistencyProofOfAnotherLengthIsRefused) {
    MemoryTree tree = large_tree();
    for (std::uint64_t older = 1; older <= 100; ++older) {
        TreeHash old_root = root_of(tree, older);
        TreeHash new_root = root_of(tree, 100);
        auto proof = consistency_proof(older, 100, tree.nodes(100)).value();
        auto longer = proof;
        longer.push_back(TreeHash{});
        EXPECT_FALSE(verify_consistency(older, old_root, 100, new_root, longer));
        if (proof.empty()) continue;
        proof.pop_back();
        EXPECT_FALSE(verify_consistency(older, old_root, 100, new_root, proof));
        EXPECT_FALSE(verify_consistency(older, old_root, 100, new_root, {}));
    }
}

TEST(Merkle, ARewrittenEntryBreaksConsistency) {
    MemoryTree tree = large_tree();
    MemoryTree forged;
    for (std::uint64_t i = 0; i < kSizes; ++i) forged.append(i == 20 ? "rewritten" : entry_of(i));
    auto proof = consistency_proof(50, 100, forged.nodes(100)).value();
    EXPECT_FALSE(verify_consistency(50, root_of(tree, 50), 100, root_of(forged, 100), proof));
}

TEST(Merkle, OneSizeHasOneRoot) {
    MemoryTree tree = large_tree();
    EXPECT_TRUE(verify_consistency(5, root_of(tree, 5), 5, root_of(tree, 5), {}));
    EXPECT_FALSE(verify_consistency(5, root_of(tree, 5), 5, root_of(tree, 6), {}));
    EXPECT_FALSE(verify_consistency(5, root_of(tree, 5), 5, root_of(tree, 5), {TreeHash{}}));
}

TEST(Merkle, NothingIsProvenFromAnEmptyOrLargerTree) {
    MemoryTree tree = large_tree();
    EXPECT_FALSE(verify_consistency(0, empty_tree_hash(), 5, root_of(tree, 5), {}));
    EXPECT_FALSE(verify_consistency(6, root_of(tree, 6), 5, root_of(tree, 5), {}));
    EXPECT_EQ(consistency_proof(0, 5, tree.nodes(5)).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(consistency_proof(6, 5, tree.nodes(5)).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(inclusion_proof(5, 5, tree.nodes(5)).error().code, ErrorCode::not_found);
    EXPECT_EQ(inclusion_proof(0, 0, tree.nodes(0)).error().code, ErrorCode::not_found);
}

TEST(Merkle, AFailureToReadANodeIsPassedOn) {
    NodeReader broken = [](unsigned, std::uint64_t) -> Result<TreeHash> { return unavailable("disk", true); };
    EXPECT_EQ(root_hash(5, broken).error().code, ErrorCode::unavailable);
    EXPECT_EQ(inclusion_proof(2, 5, broken).error().code, ErrorCode::unavailable);
    EXPECT_EQ(consistency_proof(2, 5, broken).error().code, ErrorCode::unavailable);
}

TEST(Merkle, ProofsInAHugeTreeAskForFewNodes) {
    unsigned asked = 0;
    NodeReader counting = [&](unsigned, std::uint64_t) -> Result<TreeHash> { return ++asked, TreeHash{}; };
    std::uint64_t size = (std::uint64_t{1} << 40) + 12345;
    EXPECT_LE(inclusion_proof(size - 3, size, counting).value().size(), 41U);
    EXPECT_LE(asked, 100U);
}

}  // namespace
}  // namespace seald
