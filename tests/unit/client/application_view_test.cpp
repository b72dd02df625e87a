#include "client/application_view.hpp"

#include <gtest/gtest.h>

#include "answers.hpp"
#include "client/document_files.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::application_answer;

TEST(ApplicationView, HasWhatAnApprovalNeeds) {
    const auto application = decode_application(application_answer()).value();
    EXPECT_EQ(application.number.str(), "A-2026-0001");
    EXPECT_EQ(application.applicant.str(), "li.na");
    EXPECT_EQ(application.open_step->name.str(), "administration");
    EXPECT_EQ(application.approval_ttl, seconds(259200));
    ASSERT_EQ(application.documents.size(), 2u);
    EXPECT_EQ(application.documents[0].digest, Digest::of(DigestAlgorithm::sha256, as_bytes("one")));
}

TEST(ApplicationView, ShowsEveryDigestInFull) {
    const auto application = decode_application(application_answer()).value();
    const std::string text = describe(application);
    for (const auto& document : application.documents) EXPECT_NE(text.find(document.digest.hex()), std::string::npos);
    EXPECT_NE(text.find("李娜"), std::string::npos);
    EXPECT_NE(text.find("wang.fang (王芳)"), std::string::npos);
}

TEST(ApplicationView, ShowsNoControlCharactersOfAnApplicant) {
    auto answer = application_answer();
    answer.at("purpose") = "x\x1b[2J\u202Ey";
    const std::string text = describe(decode_application(answer).value());
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_EQ(text.find("\u202E"), std::string::npos);
}

TEST(ApplicationView, RefusesAnAnswerWithoutAMandatoryField) {
    for (const char* field :
         {"number", "seal", "applicant", "purpose", "documents", "may_decide", "approval_ttl_seconds", "daemon"}) {
        auto answer = application_answer();
        answer.as_object().erase(field);
        const auto application = decode_application(answer);
        ASSERT_FALSE(application) << field;
        EXPECT_NE(application.error().message.find(field), std::string::npos) << application.error().message;
    }
}

TEST(ApplicationView, RefusesADigestOfTheWrongLength) {
    auto answer = application_answer();
    answer.at("documents").at(0).at("digest").at("value") = "abcd";
    EXPECT_FALSE(decode_application(answer));
}

TEST(MatchFiles, FindsTheDocumentOfEachFileWhateverItsName) {
    const testing::TempFolder folder;
    const auto application = decode_application(application_answer()).value();
    const auto matched = match_files({folder.write("renamed", "two").string()}, application);
    ASSERT_TRUE(matched) << matched.error().message;
    EXPECT_EQ(matched->front().document.name, "two.pdf");
}

TEST(MatchFiles, RefusesAFileThatWasNotAppliedFor) {
    const testing::TempFolder folder;
    const auto application = decode_application(application_answer()).value();
    const auto matched = match_files({folder.write("one.pdf", "one, changed").string()}, application);
    ASSERT_FALSE(matched);
    EXPECT_EQ(matched.error().code, ErrorCode::refused);
    EXPECT_EQ(matched.error().rule, "document-not-in-application");
}

TEST(HashFiles, SendsNamesWithoutFolders) {
    const testing::TempFolder folder;
    const auto files = hash_files({folder.write("合同.pdf", "one").string()}, DigestAlgorithm::sha256).value();
    EXPECT_EQ(files.front().name, "合同.pdf");
    EXPECT_EQ(files.front().size, 3u);
    EXPECT_EQ(files.front().digest, Digest::of(DigestAlgorithm::sha256, as_bytes("one")));
}

TEST(HashFiles, RefusesNamesThatCannotBeShown) {
    const testing::TempFolder folder;
    EXPECT_EQ(hash_files({folder.write("a\nb", "one").string()}, DigestAlgorithm::sha256).error().code,
              ErrorCode::malformed);
}

TEST(HashFiles, SaysWhichFileIsMissing) {
    const auto files = hash_files({"/nowhere/contract.pdf"}, DigestAlgorithm::sha256);
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, ErrorCode::not_found);
    EXPECT_NE(files.error().message.find("contract.pdf"), std::string::npos);
}

}  // namespace
}  // namespace seald
