#include "client/user_files.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

std::size_t files_in(const std::filesystem::path& folder) {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

TEST(WriteFile, LeavesTheFileAndNothingElse) {
    const testing::TempFolder folder;
    ASSERT_TRUE(write_file(folder / "a.p7s", as_bytes("signature"), IfExists::refuse));
    EXPECT_EQ(folder.read("a.p7s"), "signature");
    EXPECT_EQ(files_in(folder / ""), 1u);
}

TEST(WriteFile, RefusesToOverwrite) {
    const testing::TempFolder folder;
    folder.write("a.p7s", "old");
    const auto written = write_file(folder / "a.p7s", as_bytes("new"), IfExists::refuse);
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::conflict);
    EXPECT_EQ(folder.read("a.p7s"), "old");
    EXPECT_EQ(files_in(folder / ""), 1u);
}

TEST(WriteFile, ReplacesWhenTold) {
    const testing::TempFolder folder;
    folder.write("a.p7s", "old");
    ASSERT_TRUE(write_file(folder / "a.p7s", as_bytes("new"), IfExists::replace));
    EXPECT_EQ(folder.read("a.p7s"), "new");
    EXPECT_EQ(files_in(folder / ""), 1u);
}

TEST(WriteFile, SaysThatTheFolderIsMissing) {
    EXPECT_EQ(write_file("/nowhere/a", as_bytes("x"), IfExists::refuse).error().code, ErrorCode::unavailable);
}

TEST(ReadFile, HasALimit) {
    const testing::TempFolder folder;
    const auto file = folder.write("a", "12345");
    EXPECT_EQ(read_file(file, 5).value(), "12345");
    EXPECT_EQ(read_file(file, 4).error().code, ErrorCode::too_large);
}

TEST(ReadFile, OfNothingIsNotFound) { EXPECT_EQ(read_file("/nowhere/a", 5).error().code, ErrorCode::not_found); }

}  // namespace
}  // namespace seald
