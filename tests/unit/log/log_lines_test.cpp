#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/json.hpp"
#include "daemon/log/log.hpp"

namespace seald {
namespace {

using testing::Contains;
using testing::ElementsAre;

const std::vector<LogField> fields = {{"request", "r-1"}, {"status", "403"}};

TEST(LogLines, OfTextHaveTheFieldsFirst) {
    EXPECT_EQ(text_line(spdlog::level::warn, fields, "no approval", "2026-11-24T06:00:00.000Z"),
              "2026-11-24T06:00:00.000Z warning request=r-1 status=403 no approval");
}

TEST(LogLines, OfJsonAreOneObjectEachWhateverIsInThem) {
    const std::string line = json_line(spdlog::level::err, {{"caller", "李娜"}}, "a \"quote\"\nand a line", "t");
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto object = parse_json_object(line).value();
    EXPECT_EQ(object.at("level").as_string(), "error");
    EXPECT_EQ(object.at("caller").as_string(), "李娜");
    EXPECT_EQ(object.at("message").as_string(), "a \"quote\"\nand a line");
}

TEST(LogLines, OfTheJournalAreFields) {
    EXPECT_THAT(journal_fields(spdlog::level::warn, fields, "no approval"),
                ElementsAre("MESSAGE=request=r-1 status=403 no approval", "PRIORITY=4", "SYSLOG_IDENTIFIER=seald", "SEALD_REQUEST=r-1",
                            "SEALD_STATUS=403"));
}

TEST(LogLines, HaveFourLevelsAndThreeFormats) {
    for (const char* level : {"debug", "info", "warning", "error"}) EXPECT_TRUE(decode_log_level(level)) << level;
    for (const char* level : {"", "trace", "INFO", "critical", "off"}) EXPECT_FALSE(decode_log_level(level)) << level;
    EXPECT_EQ(decode_log_format("json").value(), LogFormat::json);
    EXPECT_FALSE(decode_log_format("xml"));
}

}  // namespace
}  // namespace seald
