// When to say that a certificate ends, at the boundaries.
#include "daemon/model/certificate_warning.hpp"

#include <gtest/gtest.h>

#include "tests/unit/model/real_seal.hpp"

namespace seald::test {
namespace {

using namespace std::chrono_literals;

TEST(CertificateWarning, IsTheShortestTimeInWhichTheEndLies) {
    const auto certificate = seal_certificate(at("2026-01-01T00:00:00Z"), 365);
    const std::vector<seconds> before{90 * 24h, 7 * 24h, 30 * 24h};
    const auto end = certificate.not_after();
    EXPECT_EQ(warning_due(certificate, before, end - 90 * 24h - 1ms), std::nullopt);
    EXPECT_EQ(warning_due(certificate, before, end - 90 * 24h), seconds(90 * 24h));
    EXPECT_EQ(warning_due(certificate, before, end - 30 * 24h - 1ms), seconds(90 * 24h));
    EXPECT_EQ(warning_due(certificate, before, end - 30 * 24h), seconds(30 * 24h));
    EXPECT_EQ(warning_due(certificate, before, end - 1ms), seconds(7 * 24h));
    EXPECT_EQ(warning_due(certificate, before, end + 1ms), seconds(0)) << "it has ended";
    EXPECT_EQ(warning_due(certificate, {}, end - 1ms), std::nullopt);
}

TEST(CertificateWarning, SaysNothingOfATimeLongerThanTheWholeValidity) {
    const auto certificate = seal_certificate(at("2026-01-01T00:00:00Z"), 30);
    const std::vector<seconds> before{90 * 24h, 30 * 24h, 7 * 24h};
    EXPECT_EQ(warning_due(certificate, before, at("2026-01-02T00:00:00Z")), std::nullopt);
    EXPECT_EQ(warning_due(certificate, before, certificate.not_after() - 7 * 24h), seconds(7 * 24h));
}

}  // namespace
}  // namespace seald::test
