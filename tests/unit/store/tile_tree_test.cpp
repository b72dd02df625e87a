#include "daemon/store/tile_tree.hpp"

#include "temporary_state.hpp"

namespace seald::test {
namespace {

using Numbers = std::vector<std::uint64_t>;

TreeHash leaf(std::uint64_t number) { return leaf_hash(as_bytes("leaf " + std::to_string(number))); }

class TileTreeTest : public testing::Test {
  protected:
    TileTreeTest() : database_(state_.connect()), db(*database_), tree_(TileTree::load(db, 0).value()) {}

    void grow_to(std::uint64_t size) {
        std::vector<TreeHash> leaves;
        for (auto number = tree_.size(); number < size; ++number) {
            leaves.push_back(leaf(number));
            expected_.append(leaves.back());
        }
        tree_.append(leaves).value();
    }
    void expect_same_tree(TileTree& tree) {
        EXPECT_EQ(tree.size(), expected_.size());
        EXPECT_EQ(tree.root().value(), expected_.root()) << "size " << tree.size();
    }
    void expect_proofs_verify(TileTree& tree, const std::vector<std::uint64_t>& indices) {
        for (const auto index : indices) {
            const auto proof = tree.inclusion_proof(index).value();
            EXPECT_TRUE(verify_inclusion(leaf(index), index, tree.size(), proof, expected_.root()))
                << index << " of " << tree.size();
        }
    }

    TemporaryState state_;
    std::unique_ptr<Database> database_;
    Database& db;
    TileTree tree_;
    TreeAccumulator expected_;
};

TEST_F(TileTreeTest, IsTheSameTreeAtEverySizeAroundATilesEdge) {
    db.run_script("BEGIN").value();
    for (const std::uint64_t size : Numbers{1, 2, 3, 7, 8, 254, 255, 256, 257, 258, 511, 512, 513, 1000}) {
        grow_to(size);
        expect_same_tree(tree_);
        auto again = TileTree::load(db, size).value();
        expect_same_tree(again);
        expect_proofs_verify(again, {0, size / 2, size - 1});
        expect_proofs_verify(tree_, {0, size / 2, size - 1});
    }
}

TEST_F(TileTreeTest, GrowsAThirdLevelAt65536) {
    db.run_script("BEGIN").value();
    for (const std::uint64_t size : Numbers{65'535, 65'536, 65'537, 66'000}) {
        grow_to(size);
        expect_same_tree(tree_);
        expect_proofs_verify(tree_, {0, 255, 256, 40'000, 65'279, 65'280, 65'534, size - 1});
        auto again = TileTree::load(db, size).value();
        expect_same_tree(again);
        expect_proofs_verify(again, {0, 40'000, size - 1});
    }
    auto rows = db.query("SELECT level, count(*), sum(length(hashes)) FROM tile GROUP BY level ORDER BY level");
    for (const std::uint64_t hashes : Numbers{66'000, 257, 1}) {  // as C2SP tlog-tiles counts them
        ASSERT_TRUE(rows.step().value());
        EXPECT_EQ(rows.index(1), (hashes + 255) / 256);
        EXPECT_EQ(rows.index(2), hashes * 32);
    }
}

TEST_F(TileTreeTest, BatchesOfAnySizeMakeTheSameTree) {
    db.run_script("BEGIN").value();
    for (std::uint64_t size = 1, step = 1; size < 3000; size += step, step = step * 7 % 311) {
        grow_to(size);
        expect_same_tree(tree_);
    }
}

TEST_F(TileTreeTest, AnUndoneBatchLeavesNothingBehind) {
    grow_to(255);
    auto before = tree_.edge();
    for (const std::uint64_t more : Numbers{1, 2, 300, 600}) {
        db.run_script("BEGIN").value();
        std::vector<TreeHash> others(more, leaf_hash(as_bytes("other")));
        tree_.append(others).value();
        EXPECT_TRUE(tree_.inclusion_proof(0).has_value());  // reads tiles that are about to go
        db.run_script("ROLLBACK").value();
        tree_.restore(before);
        expect_same_tree(tree_);
    }
    grow_to(1000);
    expect_same_tree(tree_);
    expect_proofs_verify(tree_, {0, 254, 255, 256, 999});
}

TEST_F(TileTreeTest, AnEdgeThatDoesNotFitTheSizeIsNotLoaded) {
    grow_to(300);
    for (const std::uint64_t wrong : Numbers{299, 301, 256, 512, 70'000})
        EXPECT_EQ(error_of(TileTree::load(db, wrong)).code, ErrorCode::verification_failed) << wrong;
}

TEST_F(TileTreeTest, AMissingTileIsNamedInTheError) {
    grow_to(600);
    db.run_script("DROP TRIGGER tile_stays; DELETE FROM tile WHERE level = 0 AND idx = 1").value();
    auto tree = TileTree::load(db, 600).value();
    EXPECT_TRUE(tree.inclusion_proof(0).has_value());
    EXPECT_NE(error_of(tree.inclusion_proof(300)).message.find("tile 0/1"), std::string::npos);
}

TEST_F(TileTreeTest, AFullTileCannotBeChanged) {
    grow_to(256);
    EXPECT_EQ(error_of(db.change("UPDATE tile SET hashes = zeroblob(8192) WHERE level = 0")).code, ErrorCode::conflict);
    EXPECT_EQ(error_of(db.change("DELETE FROM tile")).code, ErrorCode::conflict);
}

}  // namespace
}  // namespace seald::test
