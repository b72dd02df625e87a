#include "daemon/api/router.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

RouteHandler no_handler() {
    return [](Call) -> boost::asio::awaitable<Result<HttpResponse>> { co_return HttpResponse{}; };
}

class RouterTest : public testing::Test {
  protected:
    RouterTest() {
        router.add("GET", "/v1/seals", no_handler());
        router.add("GET", "/v1/seals/{name}", no_handler());
        router.add("POST", "/v1/seals/{name}/signatures", no_handler());
        router.add("GET", "/v1/ledger/tile/{path...}", no_handler());
    }
    Result<Router::Match> find(std::string_view method, std::string_view target) { return router.find(method, decode_target(target).value().segments); }
    Router router;
};

TEST_F(RouterTest, FindsAPathAndItsParts) {
    EXPECT_TRUE(find("GET", "/v1/seals"));
    EXPECT_EQ(find("GET", "/v1/seals/contract").value().path.at("name"), "contract");
    EXPECT_EQ(find("POST", "/v1/seals/contract/signatures").value().path.at("name"), "contract");
}
TEST_F(RouterTest, TellsAnUnknownPathFromAnUnknownMethod) {
    EXPECT_EQ(find("GET", "/v1/secrets").error().code, ErrorCode::not_found);
    EXPECT_EQ(find("GET", "/v1/seals/").error().code, ErrorCode::not_found) << "an empty name is no name";
    EXPECT_EQ(find("DELETE", "/v1/seals").error().rule, "method-not-allowed");
}
TEST_F(RouterTest, GivesAPartDecodedForItsHandlerToJudge) {
    EXPECT_EQ(find("GET", "/v1/seals/a%2Fb").value().path.at("name"), "a/b");
}
TEST_F(RouterTest, ALastPartTakesAllThatIsLeft) {
    EXPECT_EQ(find("GET", "/v1/ledger/tile/0/x001/067.p/3").value().path.at("path"), "0/x001/067.p/3");
    EXPECT_EQ(find("GET", "/v1/ledger/tile/0").value().path.at("path"), "0");
    EXPECT_EQ(find("GET", "/v1/ledger/tile").error().code, ErrorCode::not_found);
}
TEST(Target, TakesQueryParametersOnce) {
    EXPECT_EQ(decode_target("/v1/x?a=1&b=%E7%AB%A0").value().query.at("b"), "章");
    EXPECT_EQ(decode_target("/v1/x?a=1&a=2").error().code, ErrorCode::malformed);
    for (const char* bad : {"", "v1/x", "http://host/v1/x", "*", "/v1/%zz", "/v1/x y"})
        EXPECT_FALSE(decode_target(bad)) << bad;
}

}  // namespace
}  // namespace seald
