#include "daemon/policy/user_rules.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using test::expect_rule;
using test::Office;

Result<void> apply(const Office& office, std::string_view who, SignatureFormat format = SignatureFormat::cms) {
    auto objections = user_objections(office.caller(who), office.seal, format, office.policy);
    if (!objections.empty()) return std::move(objections.front());
    return {};
}

TEST(MayApply, AnApplicantOfTheDepartmentMay) { EXPECT_TRUE(apply(Office(), "li.na")); }

TEST(MayApply, AnApplicationClientNeedsNoRole) {
    EXPECT_TRUE(apply(Office(), "erp"));
    EXPECT_TRUE(apply(Office(), "crm"));
}

TEST(MayApply, APersonNamedByIdMay) {
    Office office;
    office.rules().users = {test::id("zhou.tao")};
    EXPECT_TRUE(apply(office, "zhou.tao"));
    expect_rule(apply(office, "li.na"), "caller-not-user");
}

TEST(MayApply, SomebodyElseMayNot) { expect_rule(apply(Office(), "zhou.tao"), "caller-not-user"); }

TEST(MayApply, ADepartmentIsNotAPersonOfTheSameName) {
    Office office;
    office.rules().users = {test::id("sales")};
    expect_rule(apply(office, "li.na"), "caller-not-user");
    office.rules().users = {test::department("li.na")};
    expect_rule(apply(office, "li.na"), "caller-not-user");
}

TEST(MayApply, ACallerWithoutADepartmentIsInNone) {
    Office office;
    office.rules().users = {test::department("sales")};
    expect_rule(apply(office, "crm"), "caller-not-user");
}

TEST(MayApply, AnAdministratorNeverUsesASeal) {
    expect_rule(apply(Office(), "zhao.min"), "administrator-cannot-use-seals");
}

TEST(MayApply, AnAuditorNeverUsesASeal) { expect_rule(apply(Office(), "sun.li"), "auditor-cannot-use-seals"); }

TEST(MayApply, APersonNeedsTheRoleApplicant) {
    expect_rule(apply(Office(), "chen.jing"), "not-an-applicant");
    expect_rule(apply(Office(), "wang.fang"), "not-an-applicant");
}

TEST(MayApply, ASealWithoutAPolicyIsNobodys) {
    Office office;
    office.policy.seals.clear();
    expect_rule(apply(office, "li.na"), "no-policy");
}

TEST(MayApply, APolicyThatAsksNobodyIsNoPolicy) {
    Office office;
    office.rules().steps.clear();
    expect_rule(apply(office, "li.na"), "no-policy");
    office.rules().steps = {{test::step("empty"), Role::approver, 0}};
    expect_rule(apply(office, "li.na"), "no-policy");
}

TEST(MayApply, OnlyTheListedFormatsAreAllowed) {
    Office office;
    EXPECT_TRUE(apply(office, "li.na", SignatureFormat::raw));
    office.rules().formats = {SignatureFormat::cms};
    expect_rule(apply(office, "li.na", SignatureFormat::raw), "format-not-allowed");
    office.rules().formats = {SignatureFormat::raw};
    EXPECT_TRUE(apply(office, "li.na", SignatureFormat::raw));
    expect_rule(apply(office, "li.na"), "format-not-allowed");
}

}  // namespace
}  // namespace seald
