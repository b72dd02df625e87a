#include "daemon/store/entry.hpp"

#include <gtest/gtest.h>

#include "temporary_state.hpp"

namespace seald::test {
namespace {

const boost::json::object fields{{"caller", boost::json::object{{"id", "li.na"}}},
                                 {"seal", "contract"},
                                 {"application", "A-2026-0001"},
                                 {"document", boost::json::object{{"digest", "sha256:00ff"}, {"name", "合同.pdf"}}},
                                 {"result", "signed"}};

using Documents = std::vector<Entry::DocumentName>;

Result<std::optional<std::string>> nothing_detached(const std::string&) { return std::optional<std::string>(); }
DetachedLookup among(const std::vector<DetachedField>& kept) {
    return [&kept](const std::string& digest) -> Result<std::optional<std::string>> {
        for (const auto& field : kept)
            if (field.digest == digest) return std::optional(field.content);
        return std::optional<std::string>();
    };
}

// An application for so many files that they do not fit into an entry.
boost::json::object many_documents() {
    boost::json::array documents;
    for (int i = 0; i < 1000; ++i)
        documents.push_back(boost::json::object{{"digest", "sha256:" + std::string(60, 'a') + std::to_string(1000 + i)}, {"name", "f" + std::to_string(i)}});
    return {{"seal", "contract"}, {"documents", std::move(documents)}};
}

TEST(Entry, BeginsWithKindAndTime) {
    EXPECT_EQ(Entry::make("outcome", noon, {{"a", 1}}).body,
              R"({"kind":"outcome","time":"2026-11-23T12:00:00.000Z","a":1})");
}

TEST(Entry, FieldsCannotPassForKindAndTime) {
    EXPECT_EQ(Entry::make("refusal", noon, {{"kind", "outcome"}, {"time", "x"}}).body,
              R"({"kind":"refusal","time":"2026-11-23T12:00:00.000Z"})");
}

TEST(Entry, ColumnsAreDerivedFromTheFields) {
    const auto entry = Entry::make("outcome", noon, fields);
    EXPECT_EQ(entry.seal, "contract");
    EXPECT_EQ(entry.person, "li.na");
    EXPECT_EQ(entry.application, "A-2026-0001");
    EXPECT_EQ(entry.documents, (Documents{{"sha256:00ff", "合同.pdf"}}));
    EXPECT_EQ(entry.result, "signed");
    EXPECT_EQ(Entry::make("x", noon, {}).seal, std::nullopt);
}

TEST(Entry, ItsBytesGiveTheSameColumnsAgain) {
    const auto entry = Entry::make("outcome", noon, fields);
    const auto again = Entry::decode(entry.body, nothing_detached).value();
    EXPECT_EQ(again.body, entry.body);
    EXPECT_EQ(again.kind, "outcome");
    EXPECT_EQ(again.time, noon);
    EXPECT_EQ(again.person, "li.na");
    EXPECT_EQ(again.documents, entry.documents);
}

TEST(Entry, AListOfDocumentsIsFoundByEachOfThem) {
    const auto entry = Entry::make("application-submitted", noon,
                                   {{"documents", {{{"digest", "sha256:aa"}, {"name", "a"}}, {{"digest", "sha256:bb"}}, "sha256:cc", 7}}});
    EXPECT_EQ(entry.documents, (Documents{{"sha256:aa", "a"}, {"sha256:bb", ""}, {"sha256:cc", ""}}));
}

TEST(Entry, WhatIsTooLongForItIsKeptBesideAndItsDigestInside) {
    const auto entry = Entry::make("application-submitted", noon, many_documents());
    EXPECT_LE(entry.body.size(), max_entry_size);
    ASSERT_EQ(entry.detached.size(), 1U);
    EXPECT_NE(entry.body.find("\"documents\":{\"detached\":\"" + entry.detached[0].digest + "\""), std::string::npos) << entry.body;
    EXPECT_EQ(entry.detached[0].digest, detached_digest(entry.detached[0].content));
    ASSERT_EQ(entry.documents.size(), 1000U);
    const auto again = Entry::decode(entry.body, among(entry.detached)).value();
    EXPECT_EQ(again.documents, entry.documents);
    EXPECT_EQ(again.seal, "contract");
}

TEST(Entry, IsNotWholeWithoutWhatIsKeptBesideIt) {
    const auto entry = Entry::make("application-submitted", noon, many_documents());
    EXPECT_EQ(error_of(Entry::decode(entry.body, nothing_detached)).code, ErrorCode::verification_failed);
}

TEST(Entry, BytesThatAreNoEntryAreRefused) {
    for (const char* body : {"", "[]", "{}", R"({"kind":"x"})", R"({"kind":"","time":"2026-11-23T12:00:00Z"})",
                             R"({"kind":"x","time":"noon"})"})
        EXPECT_EQ(error_of(Entry::decode(body, nothing_detached)).code, ErrorCode::malformed) << body;
}

}  // namespace
}  // namespace seald::test
