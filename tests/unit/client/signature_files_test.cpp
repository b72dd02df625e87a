#include "client/signature_files.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

WantedSignature wanted(const std::string& name, const std::filesystem::path& file = {}) {
    return {Digest::of(DigestAlgorithm::sha256, as_bytes(name)), name, file};
}

TEST(SignaturePlaces, AreBesideTheFile) {
    const testing::TempFolder folder;
    const auto places = settle_places({wanted("a.pdf", folder / "a.pdf")}, "", IfExists::refuse).value();
    EXPECT_EQ(places.front().signature, folder / "a.pdf.p7s");
    EXPECT_EQ(places.front().receipt, folder / "a.pdf.receipt");
}

TEST(SignaturePlaces, AreInTheCurrentFolderForDigestsAlone) {
    EXPECT_EQ(settle_places({wanted("a.pdf")}, "", IfExists::refuse).value().front().signature, "a.pdf.p7s");
}

TEST(SignaturePlaces, AreTheGivenFileForOneDocument) {
    const testing::TempFolder folder;
    const auto places = settle_places({wanted("a.pdf")}, (folder / "x.p7s").string(), IfExists::refuse).value();
    EXPECT_EQ(places.front().signature, folder / "x.p7s");
    EXPECT_EQ(places.front().receipt, folder / "x.receipt");
}

TEST(SignaturePlaces, AreInTheGivenFolderForSeveral) {
    const testing::TempFolder folder;
    const auto places =
        settle_places({wanted("a.pdf"), wanted("b.pdf")}, (folder / "").string(), IfExists::refuse).value();
    EXPECT_EQ(places[1].receipt, folder / "b.pdf.receipt");
    EXPECT_EQ(
        settle_places({wanted("a.pdf"), wanted("b.pdf")}, (folder / "none").string(), IfExists::refuse).error().code,
        ErrorCode::malformed);
}

TEST(SignaturePlaces, NeverLeaveTheFolder) {
    for (const char* name : {"../a.pdf", "/etc/passwd", "a/b.pdf", "..", ".", "", ".bashrc"}) {
        EXPECT_FALSE(settle_places({wanted(name)}, "", IfExists::refuse)) << name;
    }
}

TEST(SignaturePlaces, AreRefusedWhenTaken) {
    const testing::TempFolder folder;
    folder.write("a.pdf.receipt", "old");
    EXPECT_EQ(settle_places({wanted("a.pdf", folder / "a.pdf")}, "", IfExists::refuse).error().rule, "file-exists");
    EXPECT_TRUE(settle_places({wanted("a.pdf", folder / "a.pdf")}, "", IfExists::replace));
}

TEST(SignaturePlaces, AreRefusedWhenTwoDocumentsWouldShareOne) {
    EXPECT_EQ(settle_places({wanted("a.pdf"), wanted("a.pdf")}, "", IfExists::replace).error().rule, "same-file");
}

}  // namespace
}  // namespace seald
