// Where an approved application no longer helps, and what its caller is told then; and what is told to who only asks.
#include "daemon/policy/permit.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using test::digest;
using test::expect_rule;
using test::Office;

struct WayOut : testing::Test {
    Office office;
};

// An approval given anew, in place of a revoked one, knows nothing of the uses of that.
TEST_F(WayOut, WhatWasSealedByARevokedApprovalStaysSealed) {
    const auto application = office.approved({"a", "b"});
    SealFacts facts{office.seal, application, {}};
    facts.used = {{digest("a"), 1}};
    const auto ask = [&](const std::string& content) {
        return authorise(office.caller("li.na"), office.request_for(application, {content}), facts, office.policy, office.now);
    };
    expect_rule(ask("a"), "already-sealed", ErrorCode::conflict);
    EXPECT_TRUE(ask("b"));
}

TEST_F(WayOut, AnApproverWhoIsOneNoMoreLeavesANewApplication) {
    const auto application = office.approved();
    office.person("zhang.wei").roles = {Role::applicant};
    const auto refused = office.authorise("li.na", office.request_for(application), application);
    expect_rule(refused, "approval-role");
    EXPECT_EQ(refused.error().missing.at(0), "a new application: withdraw A-2026-0001 and apply again");
}

// Whoever asks whether he could names no documents yet.
TEST_F(WayOut, ExplainingWithoutDocumentsCountsOneUse) {
    const auto application = office.approved();
    office.rules().daily = 2;
    SealFacts facts{office.seal, application, {}};
    SealRequest request = office.request_for(application, {});
    facts.caller.uses_today = 1;
    EXPECT_TRUE(explain(office.caller("li.na"), request, facts, office.policy, office.now).empty());
    facts.caller.uses_today = 2;
    const auto objections = explain(office.caller("li.na"), request, facts, office.policy, office.now);
    ASSERT_EQ(objections.size(), 1U);
    EXPECT_EQ(objections[0].rule, "daily-limit");
}

}  // namespace
}  // namespace seald
