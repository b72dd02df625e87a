#include "client/report.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <sstream>

namespace seald {
namespace {

Error expired() {
    return refusal("approval-expired", "the approval of wang.fang is over", {"an approver", "until noon"});
}

TEST(PrintError, IsOneLineWithTheRuleAndWhatWouldHelp) {
    std::ostringstream out, err;
    EXPECT_EQ(print_error(expired(), false, out, err), ExitCode::refused);
    EXPECT_EQ(err.str(),
              "sealctl: the approval of wang.fang is over (rule approval-expired); missing: an approver, until noon\n");
    EXPECT_EQ(out.str(), "");
}

TEST(PrintError, StaysOneLineWhateverTheMessageHolds) {
    std::ostringstream out, err;
    print_error(malformed("a\nb\x1b[1m"), false, out, err);
    EXPECT_EQ(err.str(), "sealctl: a b\uFFFD[1m\n");
}

TEST(PrintError, WithJsonIsADocumentOnStdoutAndNothingElse) {
    std::ostringstream out, err;
    EXPECT_EQ(print_error(unavailable("no token", true), true, out, err), ExitCode::unavailable);
    EXPECT_EQ(err.str(), "");
    const auto error = boost::json::parse(out.str()).at("error");
    EXPECT_EQ(error.at("code"), "unavailable");
    EXPECT_EQ(error.at("message"), "no token");
    EXPECT_TRUE(error.at("rule").is_null());
    EXPECT_EQ(error.at("retry"), true);
    EXPECT_TRUE(error.at("missing").as_array().empty());
}

TEST(Print, GivesEitherWordsOrJson) {
    const Report report{boost::json::object{{"a", 1}}, "a is 1\n"};
    std::ostringstream words, json;
    print(report, false, words);
    print(report, true, json);
    EXPECT_EQ(words.str(), "a is 1\n");
    EXPECT_EQ(json.str(), "{\"a\":1}\n");
}

}  // namespace
}  // namespace seald
