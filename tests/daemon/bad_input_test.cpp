// Input of any shape gets a clear 4xx, costs little, and leaves the daemon serving.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "tests/daemon/shared_instance.hpp"

namespace seald::test {
namespace {

class BadInput : public SharedInstance {
  protected:
    void expect(const std::string& body, int status, const std::string& words) {
        const auto before = instance->entries("refusal").size();
        const auto reply = instance->http("li.na", "POST", "/v1/seals/contract/signatures", body);
        EXPECT_EQ(reply.status, status) << body << "\n" << reply.body;
        EXPECT_NE(reply.body.find(words), std::string::npos) << reply.body;
        EXPECT_EQ(instance->entries("refusal").size(), before + 1) << "a refusal of an identified caller is in the ledger";
    }
    void TearDown() override {
        EXPECT_TRUE(instance->entries("intent").empty());
        EXPECT_EQ(instance->http("li.na", "GET", "/v1/seals").status, 200);
    }
    static inline const std::string hash = std::string(64, 'a');
    static std::string request(const std::string& alg, const std::string& value) {
        return R"({"application":"A-2026-0001","request_id":"x","documents":[{"name":"f","digest":{"alg":")" + alg + R"(","value":")" + value + R"("}}]})";
    }
};

TEST_F(BadInput, ThatIsNotJson) { expect("not json", 400, "malformed"); }
TEST_F(BadInput, WithAnUnknownField) {
    expect(R"({"application":"A-2026-0001","request_id":"x","documents":[],"bribe":1})", 400, "bribe");
}
TEST_F(BadInput, WithAMissingField) { expect(R"({"application":"A-2026-0001","documents":[]})", 400, "request_id"); }
TEST_F(BadInput, WithTheSameFieldTwice) { expect(R"({"request_id":"x","request_id":"y"})", 400, "malformed"); }
TEST_F(BadInput, WithADigestOfTheWrongLength) { expect(request("sha256", "abcd"), 422, "sha256"); }
TEST_F(BadInput, WithADigestThatIsNotHex) { expect(request("sha256", std::string(64, 'z')), 400, "malformed"); }
TEST_F(BadInput, WithAnUnknownAlgorithm) { expect(request("md5", std::string(32, 'a')), 422, "sha256"); }
TEST_F(BadInput, NamingAnApplicationThatDoesNotExist) { expect(request("sha256", hash), 404, "A-2026-0001"); }
TEST_F(BadInput, NestedTooDeeply) { expect(std::string(1000, '[') + std::string(1000, ']'), 400, "malformed"); }
TEST_F(BadInput, WithTooManyDocuments) {
    std::string documents;
    for (int n = 0; n < 1001; ++n) documents += (n == 0 ? "" : ",") + std::string(R"({"name":"f","digest":{"alg":"sha256","value":")") + hash + R"("}})";
    expect(R"({"application":"A-2026-0001","request_id":"x","documents":[)" + documents + "]}", 413, "1000");
}

TEST_F(BadInput, OverTheSizeOfABody) {
    const auto reply = instance->http("li.na", "POST", "/v1/seals/contract/signatures", std::string(2'000'000, 'x'));
    EXPECT_EQ(reply.status, 413) << reply.body;
    EXPECT_EQ(instance->entries("refusal").back().at("code").as_string(), "too-large");
}
TEST_F(BadInput, OverTheSizeOfAHead) {
    const auto answer = instance->raw("li.na", "GET /v1/seals HTTP/1.1\r\nHost: x\r\nX-Large: " + std::string(20'000, 'x') + "\r\n\r\n");
    EXPECT_EQ(answer.substr(9, 3), "431") << answer;
}
TEST_F(BadInput, ThatIsNotHttp) { EXPECT_EQ(instance->raw("li.na", "\x16\x03\x01 hello\r\n\r\n").substr(9, 3), "400"); }
TEST_F(BadInput, ToAnUnknownPathOrByAnUnknownMethod) {
    EXPECT_EQ(instance->http("li.na", "GET", "/v1/secrets").status, 404);
    EXPECT_EQ(instance->http("li.na", "DELETE", "/v1/seals").status, 405);
    EXPECT_EQ(instance->http("li.na", "GET", "/v1/ledger/entries?limit=100000000000").status, 400);
    EXPECT_EQ(instance->http("li.na", "GET", "/v1/seals/..%2f..%2fetc").status, 400);
}
TEST_F(BadInput, InNamesThatPeopleRead) {
    const std::string body = R"({"seal":"contract","purpose":"evil\u202egnp","type":"t","documents":[{"name":"f","digest":{"alg":"sha256","value":")" + hash + R"("}}]})";
    EXPECT_EQ(instance->http("li.na", "POST", "/v1/applications", body).status, 400);
}

}  // namespace
}  // namespace seald::test
