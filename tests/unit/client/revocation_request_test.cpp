#include "client/revocation_request.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "tests/support/test_ca.hpp"

namespace seald {
namespace {

boost::json::value seal_with(const std::string& pem, const std::string& state) {
    boost::json::object seal{{"name", "contract"}, {"state", state}, {"reason", "stolen with the bag"}};
    if (!pem.empty()) seal["certificate"] = boost::json::object{{"pem", pem}};
    return seal;
}

TEST(RevocationRequest, SaysWhatAnIssuerNeedsToKnow) {
    const auto issued = test::TestCa("Example CA").issue({.common_name = "contract"});
    const auto serial = Certificate::from_pem(issued.certificate).value().serial_hex();
    const auto lost = revocation_request(seal_with(issued.certificate, "lost"));
    for (const std::string& said : {std::string("Example CA"), serial, std::string("keyCompromise"), std::string("stolen with the bag")})
        EXPECT_NE(lost.find(said), std::string::npos) << lost;
    EXPECT_NE(revocation_request(seal_with(issued.certificate, "cancelled")).find("cessationOfOperation"), std::string::npos);
}

TEST(RevocationRequest, SaysWhereThereIsNothingToRevoke) {
    EXPECT_NE(revocation_request(seal_with("", "lost")).find("no certificate yet"), std::string::npos);
    const auto own = revocation_request(seal_with(test::TestCa("Example Ltd").certificate(), "lost"));
    EXPECT_NE(own.find("self-signed certificate"), std::string::npos) << own;
}

}  // namespace
}  // namespace seald
