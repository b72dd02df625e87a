// What is sealed here is judged by programs that nobody here wrote: pdfsig (poppler, NSS), qpdf, mutool.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/pdf/sealed_pdf.hpp"

namespace seald::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Kind {
    const char* name;
    const char* command;
};

class PdfSealing : public ::testing::TestWithParam<Kind> {
  protected:
    TempFolder folder;

    std::string judged_by_pdfsig(const std::string& content) {
        folder.write("sealed.pdf", content);
        return test::shell("pdfsig -nocert " + (folder / "sealed.pdf").string());
    }
};

TEST_P(PdfSealing, IsGoodForThoseWhoDidNotWriteIt) {
    const auto original = pdf_made_by(folder, GetParam().command);
    const auto prepared = prepare(original);
    ASSERT_TRUE(prepared.has_value()) << prepared.error().message;
    EXPECT_THAT(prepared->content, StartsWith(original)) << "nothing that was there is touched";
    const auto said = judged_by_pdfsig(seal(*prepared));
    EXPECT_THAT(said, HasSubstr("Signature is Valid"));
    EXPECT_THAT(said, HasSubstr("Total document signed"));
    EXPECT_THAT(said, HasSubstr("ETSI.CAdES.detached"));
    const auto file = (folder / "sealed.pdf").string();
    EXPECT_THAT(test::shell("qpdf --check " + file), HasSubstr("No syntax or stream encoding errors"));
    EXPECT_THAT(test::shell("mutool sign -v " + file + " || true"), HasSubstr("The document is unchanged since signing"));
}

TEST_P(PdfSealing, TakesASecondSealAfterTheFirst) {
    const auto once = seal(prepare(pdf_made_by(folder, GetParam().command)).value());
    const auto twice = prepare(once);
    ASSERT_TRUE(twice.has_value()) << twice.error().message;
    const auto said = judged_by_pdfsig(seal(*twice, KeyAlgorithm::rsa_2048));
    EXPECT_THAT(said, HasSubstr("Signature #2"));
    EXPECT_EQ(said.find("Invalid"), std::string::npos) << said;
    EXPECT_NE(said.find("Signature is Valid", said.find("Signature #2")), std::string::npos) << said;
}

TEST_P(PdfSealing, ComesBackWholeFromWhatItCovers) {
    const auto prepared = prepare(pdf_made_by(folder, GetParam().command)).value();
    const auto covered = pdf::take_hole_out(prepared);
    EXPECT_EQ(Digest::of(DigestAlgorithm::sha256, as_bytes(covered)), pdf::covered_digest(prepared.content, prepared.hole, DigestAlgorithm::sha256));
    const auto again = pdf::put_hole_in(covered);
    ASSERT_TRUE(again.has_value()) << again.error().message;
    EXPECT_EQ(again->content, prepared.content);
    EXPECT_EQ(again->hole, prepared.hole);
    EXPECT_TRUE(pdf::check_prepared(again->content, "contract.pdf").has_value());
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, PdfSealing,
    ::testing::Values(Kind{"Plain", ""}, Kind{"ObjectStreams", "qpdf --object-streams=generate IN OUT"}, Kind{"Linearized", "qpdf --linearize IN OUT"},
                      Kind{"LinearizedStreams", "qpdf --linearize --object-streams=generate IN OUT"}, Kind{"Turned", "qpdf --rotate=90 IN OUT"},
                      Kind{"ByMupdf", "mutool clean -gggg IN OUT"}, Kind{"ManyPages", "qpdf --empty --pages IN IN IN IN IN -- OUT"}),
    [](const auto& kind) { return std::string(kind.param.name); });

TEST(PdfSeal, IsSeenUprightWhereItShallBe) {
    // Turned pages included: the picture is looked for in what poppler draws, the mark that says which way is up as well.
    for (const char* turn : {"0", "90", "180", "270"}) {
        TempFolder folder;
        auto wanted = wish();
        wanted.place = {.page = {}, .corner = std::pair(30.0, 60.0), .width = 50};
        folder.write("sealed.pdf", seal(prepare(pdf_made_by(folder, std::string("qpdf --rotate=") + turn + " IN OUT"), wanted).value()));
        const auto stem = (folder / "page").string();
        test::shell("pdftoppm -r 25.4 -singlefile -png " + (folder / "sealed.pdf").string() + " " + stem);  // a pixel is a millimetre
        // Columns and rows with red ink, and whether there is more of it above the middle than below it.
        const auto seen = test::shell("python3 " SEALD_SOURCE_DIR "/tests/support/red_ink.py " + stem + ".png");
        EXPECT_THAT(seen, HasSubstr("left 31 bottom 61 width 49 height 49 heavier above")) << turn;
    }
}

}  // namespace
}  // namespace seald::testing
