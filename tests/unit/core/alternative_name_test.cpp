// Names that look alike are different, or no names at all.
#include "core/alternative_name.hpp"

#include <gtest/gtest.h>

#include "tests/support/test_ca.hpp"

namespace seald {
namespace {

std::vector<std::string> names_in(std::vector<std::string> put_in) {
    const auto issued = test::TestCa("CA").issue({.common_name = "x", .names = std::move(put_in)});
    std::vector<std::string> found;
    for (const auto& name : AlternativeName::all_of(Certificate::from_pem(issued.certificate).value())) found.push_back(name.str());
    return found;
}

TEST(AlternativeName, IsReadFromACertificateAsItStandsThere) {
    EXPECT_EQ(names_in({"DNS:erp.example.org", "email:li.na@example.org", "URI:spiffe://example.org/erp"}),
              (std::vector<std::string>{"DNS:erp.example.org", "email:li.na@example.org", "URI:spiffe://example.org/erp"}));
    EXPECT_TRUE(names_in({}).empty());
}

TEST(AlternativeName, KeepsTheCaseApart) {
    EXPECT_EQ(names_in({"DNS:ERP.example.org"}), std::vector<std::string>{"DNS:ERP.example.org"});
    EXPECT_NE(AlternativeName::decode("DNS:ERP").value(), AlternativeName::decode("DNS:erp").value());
    EXPECT_NE(AlternativeName::decode("DNS:erp").value(), AlternativeName::decode("URI:erp").value());
}

TEST(AlternativeName, WithANulABlankOrAControlCharacterIsNoName) {
    using namespace std::string_literals;
    EXPECT_TRUE(names_in({"DNS:erp.example.org\0.attacker.example"s, "DNS:erp.example.org "s, "DNS:erp.example.org\n"s,
                          "DNS:\xc3\xa9rp"s, "DNS:"s})
                    .empty());
    for (const auto& odd : {"DNS:erp\0"s, "DNS:erp "s, " DNS:erp"s, "DNS:"s, "erp"s, "dns:erp"s, "IP:1.2.3.4"s, "DNS:"s + std::string(600, 'x')})
        EXPECT_FALSE(AlternativeName::decode(odd)) << odd;
}

}  // namespace
}  // namespace seald
