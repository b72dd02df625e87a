#include "daemon/api/responses.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(ErrorResponse, GivesEachCodeItsStatus) {
    const std::pair<ErrorCode, int> statuses[] = {{ErrorCode::malformed, 400},    {ErrorCode::not_identified, 401}, {ErrorCode::refused, 403},
                                                  {ErrorCode::not_found, 404},    {ErrorCode::conflict, 409},       {ErrorCode::too_large, 413},
                                                  {ErrorCode::unacceptable, 422}, {ErrorCode::too_many, 429},       {ErrorCode::unavailable, 503},
                                                  {ErrorCode::internal, 500}};
    for (const auto& [code, status] : statuses) EXPECT_EQ(error_response({.code = code, .message = "m"}).status, status) << to_string(code);
}
TEST(ErrorResponse, NeverCarriesTheDetail) {
    const auto response = error_response(unavailable("the disk is full", true, "SQLITE_FULL /var/lib/seald/ledger.db"));
    EXPECT_EQ(response.body.find("SQLITE"), std::string::npos);
    EXPECT_EQ(response.retry_after, 1);
}
TEST(ErrorResponse, NamesTheRuleAndWhoIsMissing) {
    const auto response = error_response(refusal("approval-missing", "not approved", {"chen.jie (陳杰)"}));
    EXPECT_NE(response.body.find(R"("rule":"approval-missing")"), std::string::npos);
    EXPECT_NE(response.body.find("陳杰"), std::string::npos);
    EXPECT_EQ(response.retry_after, std::nullopt);
}

}  // namespace
}  // namespace seald
