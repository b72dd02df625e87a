// What is not sealed, and what is seen when somebody changed a file afterwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/client/pdf/sealed_pdf.hpp"

namespace seald::testing {
namespace {

using ::testing::HasSubstr;

// A PDF of one empty page whose catalogue has these entries, and these objects from 4 on; written here, since no tool makes
// what nobody should make.
std::string small_pdf(const std::string& catalogue, const std::vector<std::string>& more = {}, const std::string& page = "/MediaBox [0 0 595 842]") {
    std::vector<std::string> objects{"<< /Type /Catalog /Pages 2 0 R " + catalogue + " >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
                                     "<< /Type /Page /Parent 2 0 R " + page + " >>"};
    objects.insert(objects.end(), more.begin(), more.end());
    std::string file = "%PDF-1.7\n", table = "0000000000 65535 f \n";
    for (std::size_t i = 0; i < objects.size(); ++i) {
        std::string line(21, '\0');
        std::snprintf(line.data(), line.size(), "%010zu 00000 n \n", file.size());
        table += line.substr(0, 20);
        file += std::to_string(i + 1) + " 0 obj\n" + objects[i] + "\nendobj\n";
    }
    const auto start = file.size(), count = objects.size() + 1;
    return file + "xref\n0 " + std::to_string(count) + "\n" + table + "trailer\n<< /Size " + std::to_string(count) + " /Root 1 0 R >>\nstartxref\n" + std::to_string(start) + "\n%%EOF\n";
}

std::string refused(const std::string& content) {
    const auto prepared = prepare(content);
    return prepared ? "" : prepared.error().rule + ": " + prepared.error().message;
}

std::string pdfsig(const std::string& content) {
    TempFolder folder;
    return test::shell("pdfsig -nocert " + folder.write("sealed.pdf", content).string());
}

TEST(PdfRefusal, WhatCannotBeSealedSaysWhatWouldHelp) {
    TempFolder folder;
    EXPECT_THAT(refused(pdf_made_by(folder, "qpdf --encrypt '' owner 256 -- IN OUT")), HasSubstr("qpdf --decrypt"));
    EXPECT_THAT(refused(small_pdf("/Perms << /DocMDP 4 0 R >>", {"<< /Type /Sig >>"})), HasSubstr("pdf-certified"));
    EXPECT_THAT(refused(small_pdf("/AcroForm << /Fields [] /XFA (x) >>")), HasSubstr("pdf-xfa"));
    EXPECT_THAT(refused(small_pdf("/AcroForm << /Fields [] /NeedAppearances true >>")), HasSubstr("qpdf --generate-appearances"));
    EXPECT_THAT(refused("%!PS-Adobe-3.0\n"), HasSubstr("no PDF"));
    EXPECT_THAT(refused(content_of(contract).substr(0, 9000)), HasSubstr("have it rewritten first"));
}

TEST(PdfRefusal, DamageIsSaidAndNotRepaired) {
    const auto good = small_pdf("");
    EXPECT_EQ(refused(good), "");
    const auto with = [&](const std::string& was, const std::string& is) {
        auto bad = good;
        bad.replace(bad.rfind(was), was.size(), is);
        return refused(bad);
    };
    EXPECT_THAT(with("startxref\n", "startxref\n9"), HasSubstr("leads nowhere"));
    EXPECT_THAT(with("xref\n0 4", "xrff\n0 4"), HasSubstr("damaged"));
    EXPECT_THAT(with("/Size 4", "/Size 2"), HasSubstr("damaged"));
    EXPECT_THAT(with("/Kids [3 0 R]", "/Kids [2 0 R]"), HasSubstr("page tree is broken"));
    EXPECT_THAT(refused(small_pdf("/Lang (en) /Lang (zh)")), HasSubstr("duplicated key")) << "of which readers take the one or the other";
    EXPECT_THAT(with("/MediaBox [0 0 595 842]", "/MediaBox [0 0 595]    "), HasSubstr("no size"));
}

// A hundred thousand nodes, each in the one before, would be a hundred thousand calls.
TEST(PdfRefusal, TreesThatLeadOnAndOnAreDamage) {
    std::vector<std::string> nodes, fields;
    for (int i = 0; i < 100'000; ++i) {
        nodes.push_back("<< /Type /Pages /Kids [" + std::to_string(i + 5) + " 0 R] /Count 1 >>");
        fields.push_back("<< /FT /Sig /T (f) /Kids [" + std::to_string(i + 5) + " 0 R] >>");
    }
    auto pages = small_pdf("", nodes);
    pages.replace(pages.find("/Kids [3 0 R]"), 13, "/Kids [4 0 R]");
    EXPECT_THAT(refused(pages), HasSubstr("page tree is broken"));
    EXPECT_THAT(pdf::read_signatures(*pdf::Source::open(small_pdf("/AcroForm << /Fields [4 0 R] >>", fields), "f.pdf").value()).error().message, HasSubstr("on and on"));
}

TEST(PdfRefusal, ASealHasToFitOnAPageThatIsThere) {
    auto wanted = wish();
    wanted.place.page = 2;
    EXPECT_THAT(prepare(content_of(contract), wanted).error().message, HasSubstr("has 1 pages, and no page 2"));
    wanted = wish();
    wanted.place.corner = std::pair(180.0, 10.0);
    EXPECT_THAT(prepare(content_of(contract), wanted).error().message, HasSubstr("does not fit there: the page is 209."));
    wanted.picture->media_type = "image/svg+xml";
    EXPECT_THAT(prepare(content_of(contract), wanted).error().message, HasSubstr("--invisible"));
    wanted.picture.reset();
    EXPECT_THAT(pdfsig(seal(prepare(content_of(contract), wanted).value())), HasSubstr("Signature is Valid")) << "nothing is drawn, so nothing has to fit";
}

// Section 12.7: lists may be objects of their own or not; a second field of one name would spoil the first.
TEST(PdfForms, KeepWhatTheyHaveWhereverTheyKeepIt) {
    const std::string field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (Seal1) /V (kept) /Rect [10 10 99 30] /P 3 0 R >>";
    const std::string annots = "/MediaBox [0 0 595 842] /Annots ";
    for (const auto& [name, file] : std::map<std::string, std::string>{
             {"all direct", small_pdf("/AcroForm << /Fields [4 0 R] >>", {field}, annots + "[4 0 R]")},
             {"form", small_pdf("/AcroForm 5 0 R", {field, "<< /Fields [4 0 R] >>"}, annots + "[4 0 R]")},
             {"form and fields", small_pdf("/AcroForm 5 0 R", {field, "<< /Fields 6 0 R >>", "[4 0 R]"}, annots + "[4 0 R]")},
             {"fields of the catalogue's form", small_pdf("/AcroForm << /Fields 5 0 R >>", {field, "[4 0 R]"}, annots + "[4 0 R]")},
             {"annotations", small_pdf("/AcroForm << /Fields [4 0 R] >>", {field, "[4 0 R]"}, annots + "5 0 R")}}) {
        const auto said = pdfsig(seal(prepare(file).value()));
        EXPECT_THAT(said, HasSubstr("Signature is Valid")) << name;
        EXPECT_THAT(said, HasSubstr("Signature Field Name: Seal2")) << name;
        TempFolder folder;
        const auto sealed = folder.write("sealed.pdf", seal(prepare(file).value())).string();
        EXPECT_THAT(test::shell("qpdf --json --json-key=acroform " + sealed), HasSubstr("kept")) << name;
        EXPECT_THAT(test::shell("qpdf --json --json-key=acroform " + sealed), HasSubstr("\"fullname\": \"Seal2\"")) << name;
    }
}

TEST(PdfSignatures, EveryChangedByteOfWhatIsCoveredShows) {
    const auto sealed = seal(prepare(small_pdf("")).value());
    const auto signature = [](const std::string& content) -> std::optional<pdf::Signature> {
        auto source = pdf::Source::open(content, "sealed.pdf");
        if (!source) return std::nullopt;
        auto found = pdf::read_signatures(**source);
        if (!found || found->empty() || !found->back().covers_file(content.size())) return std::nullopt;
        return found->back();
    };
    const auto good = [&](const std::string& content) {
        const auto found = signature(content);
        return found && verify_cms(found->cms, pdf::covered_digest(content, found->hole, DigestAlgorithm::sha256)).has_value();
    };
    ASSERT_TRUE(good(sealed));
    const auto hole = signature(sealed)->hole;
    for (std::size_t at = 0; at < sealed.size(); at = at + 1 == hole.begin ? hole.end : at + 1) {
        auto changed = sealed;
        changed[at] = static_cast<char>(changed[at] ^ 0x01);
        ASSERT_FALSE(good(changed)) << "byte " << at;
    }
    EXPECT_FALSE(good(sealed + "\n")) << "and so does one behind it";
}

// Section 7.5.8.4: readers disagree about files that mix tables and streams.
TEST(PdfUpdates, GoOnWithTheKindOfCrossReferencesThatIsThere) {
    TempFolder folder;
    for (const auto& [command, stream] : {std::pair<std::string, bool>("qpdf --object-streams=generate IN OUT", true), {"qpdf --object-streams=disable IN OUT", false}}) {
        const auto prepared = prepare(pdf_made_by(folder, command)).value();
        EXPECT_EQ(pdf::Source::open(prepared.content, "contract.pdf").value()->has_xref_stream(), stream) << command;
    }
}

TEST(PdfSignatures, AnEarlierOneIsToldFromTheNewest) {
    const auto once = seal(prepare(small_pdf("")).value());
    const auto twice = seal(prepare(once).value());
    const auto source = pdf::Source::open(twice, "sealed.pdf").value();
    const auto found = pdf::read_signatures(*source).value();
    ASSERT_EQ(found.size(), 2u);
    EXPECT_EQ(found[0].covered_end, once.size());
    EXPECT_FALSE(found[0].covers_file(twice.size()));
    EXPECT_TRUE(found[1].covers_file(twice.size()));
}

TEST(PdfCovered, OnlyWhatWasPreparedBecomesAFileAgain) {
    const auto prepared = prepare(small_pdf("")).value();
    const auto covered = pdf::take_hole_out(prepared);
    EXPECT_FALSE(pdf::put_hole_in(covered + " ").has_value()) << "the numbers say how long it is";
    EXPECT_FALSE(pdf::put_hole_in(small_pdf("")).has_value());
    EXPECT_FALSE(pdf::put_hole_in("").has_value());
    for (const char* cut : {"/ByteRange [0 ", "/ByteRange [0 12", "/ByteRange [0 1 2", "/ByteRange [0 1 2 3"}) EXPECT_FALSE(pdf::put_hole_in(cut).has_value()) << "and nothing behind it is read";
    // A file that has two places for a signature could be two files, one to be looked at and one to be sealed.
    std::array<char, 40> numbers{};
    const auto range = covered.find("/ByteRange [0 ");
    const std::string text = "/ByteRange [0 0000000000 0000000000 0000000000] /Contents ";
    auto two = covered;
    two.insert(range, text);
    const auto size = two.size(), first = range + text.size(), second = first + text.size();
    for (const auto at : {first, second}) {
        std::snprintf(numbers.data(), numbers.size(), "%010zu %010zu %010zu", at, at + 2 * pdf::room_bytes + 2, size - at);
        two.replace(at - text.size() + 14, 32, numbers.data());
    }
    EXPECT_FALSE(pdf::put_hole_in(two).has_value());
    EXPECT_TRUE(pdf::check_prepared(prepared.content, "contract.pdf").has_value());
    EXPECT_EQ(prepare(prepared.content).error().rule, "pdf-prepared") << "the first place would stay empty";
    EXPECT_FALSE(pdf::check_prepared(prepared.content + "\n", "contract.pdf").has_value()) << "it would not be covered";
    EXPECT_FALSE(pdf::check_prepared(seal(prepared), "contract.pdf").has_value()) << "a signature is there already";
    EXPECT_EQ(pdf::put_signature_in(prepared, Bytes(pdf::room_bytes + 1)).error().code, ErrorCode::too_large);
    EXPECT_TRUE(pdf::put_signature_in(prepared, Bytes(pdf::room_bytes)).has_value());
}

}  // namespace
}  // namespace seald::testing
