#include "daemon/api/refused_request.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

RefusedRequest describe(std::string target, std::string body) {
    return describe_refused_request({.id = "r-1", .method = "POST", .target = std::move(target), .body = std::move(body), .peer = {}});
}

TEST(RefusedRequest, NamesSealApplicationAndDocuments) {
    const std::string hash(64, 'a');
    const auto refused = describe("/v1/seals/contract/signatures",
                                  R"({"application":"A-2026-0001","documents":[{"digest":{"alg":"sha256","value":")" + hash + R"("}}]})");
    EXPECT_EQ(refused.act, "POST /v1/seals/contract/signatures");
    EXPECT_EQ(refused.seal, "contract");
    EXPECT_EQ(refused.application, "A-2026-0001");
    EXPECT_EQ(refused.documents, std::vector<std::string>{"sha256:" + hash});
}
TEST(RefusedRequest, RepeatsNothingThatDoesNotDecode) {
    const auto refused = describe("/v1/seals/%00%1b[31m/signatures", R"({"seal":"../../etc","application":7,"documents":[{"digest":{"alg":"sha256","value":"<script>"}}, 3]})");
    EXPECT_EQ(refused.act, "POST");
    EXPECT_EQ(refused.seal, std::nullopt);
    EXPECT_EQ(refused.application, std::nullopt);
    EXPECT_TRUE(refused.documents.empty());
}
TEST(RefusedRequest, NamesOnlyTheFirstFewOfManyDocuments) {
    std::string documents;
    for (int n = 0; n < 50; ++n) documents += std::string(n == 0 ? "" : ",") + R"({"digest":{"alg":"sha256","value":")" + std::string(64, 'b') + R"("}})";
    EXPECT_EQ(describe("/v1/seals/contract/signatures", R"({"documents":[)" + documents + "]}").documents.size(), 10u);
}

}  // namespace
}  // namespace seald
