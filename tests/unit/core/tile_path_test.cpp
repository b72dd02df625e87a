#include "core/tile_path.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(TilePath, IsSpelledAsTheSpecificationSays) {
    EXPECT_EQ((TilePath{.level = 0, .index = 1234067}).encode(), "tile/0/x001/x234/067");
    EXPECT_EQ((TilePath{.level = 2, .index = 0, .width = 1}).encode(), "tile/2/000.p/1");
    EXPECT_EQ((TilePath{.level = 0, .index = 999, .width = 255}).encode(), "tile/0/999.p/255");
    EXPECT_EQ((TilePath{.level = 0, .index = 1000}).encode(), "tile/0/x001/000");
    EXPECT_EQ((TilePath{.content = TilePath::Content::entries, .index = 273, .width = 112}).encode(),
              "tile/entries/273.p/112");
}

TEST(TilePath, ReadsBackWhatItWrote) {
    for (const auto content : {TilePath::Content::hashes, TilePath::Content::entries})
        for (const std::uint64_t index : {std::uint64_t{0}, std::uint64_t{7}, std::uint64_t{1000}, std::uint64_t{67'000'001}, ~std::uint64_t{0}})
            for (const unsigned width : {1U, 255U, 256U}) {
                const TilePath path{.content = content, .level = 0, .index = index, .width = width};
                EXPECT_EQ(TilePath::decode(path.encode()).value(), path) << path.encode();
            }
    EXPECT_EQ(TilePath::decode("tile/63/000").value().level, 63U);
}

TEST(TilePath, RefusesEveryOtherSpelling) {
    for (const char* path :
         {"", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/0/1234", "tile/0/001/234", "tile/0/x000/001",
          "tile/0/x001/x234", "tile/0/x001//067", "tile/0/x1/067", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/000.p/0",
          "tile/0/000.p/256", "tile/0/000.p/01", "tile/0/000.p/", "tile/0/000.p", "tile/0/000.p/1/2", "tile/entry/000", "tile/8/0/000",
          "/tile/0/000", "tile/0/000/", "tile/0/a00", "tile/0/ 00", "tile/0/x018/x446/x744/x073/x709/x551/616"})
        EXPECT_FALSE(TilePath::decode(path)) << path;
}

// The specification's own example: "a tree of size 70,000".
TEST(TilePath, ALevelsTilesAreFullButTheLast) {
    const auto leaves = tiles_of_level(0, 70'000);
    ASSERT_EQ(leaves.size(), 274U);
    EXPECT_EQ(leaves[272].width, 256U);
    EXPECT_EQ(leaves[273].width, 112U);
    const auto first = tiles_of_level(1, 70'000);
    ASSERT_EQ(first.size(), 2U);
    EXPECT_EQ(first[1].width, 17U);
    ASSERT_EQ(tiles_of_level(2, 70'000).size(), 1U);
    EXPECT_EQ(tiles_of_level(2, 70'000)[0].width, 1U);
    EXPECT_FALSE(has_level(3, 70'000));
    EXPECT_EQ(tiles_of_level(0, 256).size(), 1U);
    EXPECT_EQ(tiles_of_level(1, 256)[0].width, 1U);
}

}  // namespace
}  // namespace seald
