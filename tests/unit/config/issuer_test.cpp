// [[issuer]]: outside systems, and what their approvals may be for.
#include <algorithm>

#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

using test::good;
using test::replaced;

struct ConfigurationIssuer : test::ConfigurationTest {
    ConfigurationIssuer() { folder.write_key("oa.pub.pem"); }
    const std::string head = "[[issuer]]\nid = \"oa\"\nname = \"OA\"\nroles = [\"reviewer\"]\nreviews = [\"sales\"]\napproval_key = \"oa.pub.pem\"\n";
    // Of the line `line` after [[issuer]].
    static unsigned at(unsigned line) { return static_cast<unsigned>(std::ranges::count(good, '\n')) + 1 + line; }
};

TEST_F(ConfigurationIssuer, HasItsLimits) {
    const auto loaded = load(good + head + "seals = [\"contract\"]\nkinds = [\"invoice\"]\npurposes = [\"monthly report\", \"invoice *\"]\ndaily = 20\n");
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes.at(0).problem;
    const Person* oa = loaded.configuration->policy.find_person(PersonId::decode("oa").value());
    ASSERT_TRUE(oa != nullptr && oa->outside && oa->approval_key);
    EXPECT_EQ(oa->outside->seals, std::set{SealName::decode("contract").value()});
    EXPECT_EQ(oa->outside->kinds, std::set<std::string>{"invoice"});
    EXPECT_EQ(oa->outside->purposes, (std::vector<std::string>{"monthly report", "invoice *"}));
    EXPECT_EQ(oa->outside->daily, 20U);
    EXPECT_FALSE(oa->uid);
}

TEST_F(ConfigurationIssuer, MayHaveNone) {
    const auto loaded = load(good + head);
    ASSERT_TRUE(loaded.configuration);
    EXPECT_TRUE(loaded.configuration->policy.find_person(PersonId::decode("oa").value())->outside->purposes.empty());
}

TEST_F(ConfigurationIssuer, LimitsAreUnderstoodOrRefused) {
    expect_mistake(good + head + "seals = [\"Contract\"]\n", at(6), "issuer[0].seals[0]", "seal name");
    expect_mistake(good + head + "kinds = [\"contracts\"]\n", at(6), "issuer[0].kinds[0]", "contract");
    expect_mistake(good + head + "purposes = [\"a\\u0000\"]\n", at(6), "issuer[0].purposes[0]", "a text in quotes");
    for (const std::string daily : {"0", "-1", "1000001"}) expect_mistake(good + head + "daily = " + daily + "\n", at(6), "issuer[0].daily", "from 1 to 1000000");
    for (const std::string key : {"seals", "kinds", "purposes"}) expect_mistake(good + head + key + " = []\n", at(6), "issuer[0]." + key, "leave the key out for any");
}

TEST_F(ConfigurationIssuer, OnlyDecidesAndNeverCalls) {
    for (const std::string role : {"applicant", "custodian"})
        expect_mistake(good + replaced(head, "[\"reviewer\"]", "[\"reviewer\", \"" + role + "\"]"), at(3), "issuer[0].roles", "allowed: reviewer, approver");
    expect_mistake(good + head + "unix_user = \"2009\"\n", at(6), "issuer[0].unix_user", "unknown key");
    expect_mistake(replaced(good, "users = [\"li.na\"", "users = [\"oa\"") + head, 41, "seal.contract.users[0]", "approves and never uses a seal");
    expect_mistake(good + head + "[[delegation]]\nfrom = \"wang.fang\"\nto = \"oa\"\nbegin = \"2026-12-01\"\nend = \"2026-12-02\"\n", at(6), "delegation[0]", "allowed: ids of [[person]]");
}

TEST_F(ConfigurationIssuer, HasAKeyAndAnIdOfItsOwn) {
    expect_mistake(good + replaced(head, "approval_key = \"oa.pub.pem\"\n", ""), at(0), "issuer[0].approval_key", "missing");
    expect_mistake(good + replaced(head, "oa.pub.pem", "wang.fang.pub.pem"), at(5), "issuer[0].approval_key", "wang.fang has the same key");
    expect_mistake(good + replaced(head, "\"oa\"", "\"wang.fang\""), at(1), "issuer[0].id", "enrolled twice");
}

}  // namespace
}  // namespace seald
