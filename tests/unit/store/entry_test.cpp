#include "daemon/store/entry.hpp"

#include <gtest/gtest.h>

#include "temporary_state.hpp"

namespace seald::test {
namespace {

const boost::json::object fields{{"caller", boost::json::object{{"id", "li.na"}}},
                                 {"seal", "contract"},
                                 {"application", "A-2026-0001"},
                                 {"document", boost::json::object{{"digest", "sha256:00ff"}}},
                                 {"result", "signed"}};

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
    EXPECT_EQ(entry.document, "sha256:00ff");
    EXPECT_EQ(entry.result, "signed");
    EXPECT_EQ(Entry::make("x", noon, {}).seal, std::nullopt);
}

TEST(Entry, ItsBytesGiveTheSameColumnsAgain) {
    const auto entry = Entry::make("outcome", noon, fields);
    const auto again = Entry::decode(entry.body).value();
    EXPECT_EQ(again.body, entry.body);
    EXPECT_EQ(again.kind, "outcome");
    EXPECT_EQ(again.time, noon);
    EXPECT_EQ(again.person, "li.na");
    EXPECT_EQ(again.document, "sha256:00ff");
}

TEST(Entry, BytesThatAreNoEntryAreRefused) {
    for (const char* body : {"", "[]", "{}", R"({"kind":"x"})", R"({"kind":"","time":"2026-11-23T12:00:00Z"})",
                             R"({"kind":"x","time":"noon"})"})
        EXPECT_EQ(error_of(Entry::decode(body)).code, ErrorCode::malformed) << body;
}

}  // namespace
}  // namespace seald::test
