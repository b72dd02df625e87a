// Acting for somebody on leave: for the period, for the seals, and never so that one person's place counts twice.
#include "daemon/policy/eligible.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using test::expect_rule;
using test::Office;

struct Acting : testing::Test {
    Office office;
    Acting() {
        // zhou.tao of personnel is no reviewer: he acts for wang.fang.
        office.policy.delegations.push_back({test::id("wang.fang"), test::id("zhou.tao"), office.now - hours(24), office.now + hours(24)});
    }
    Delegation& delegation() { return office.policy.delegations[0]; }
    Result<Permit> use() {
        return office.authorise("li.na", office.request({office.token("zhou.tao", "department-review"), office.token("zhang.wei", "administration")}));
    }
};

TEST_F(Acting, TakesTheAbsentOnesStep) { EXPECT_TRUE(use()); }

TEST_F(Acting, LastsFromItsFirstMomentToBeforeItsLast) {
    delegation().end = office.now + milliseconds(1);
    EXPECT_TRUE(use());
    delegation().end = office.now;
    expect_rule(use(), "approval-role");
    delegation() = {test::id("wang.fang"), test::id("zhou.tao"), office.now - hours(1), office.now + hours(24)};
    EXPECT_TRUE(use()) << "approved in the very first moment";
    delegation().begin += milliseconds(1);
    expect_rule(use(), "approval-role");
}

TEST_F(Acting, IsForTheSealsThatAreNamed) {
    delegation().seals = {"finance"};
    expect_rule(use(), "approval-role");
    delegation().seals = {"finance", "contract"};
    EXPECT_TRUE(use());
}

TEST_F(Acting, CountsTogetherWithTheAbsentOneAsOnePerson) {
    office.rules().steps[0].count = 2;
    const auto refused = office.authorise("li.na", office.request({office.token("zhou.tao", "department-review"), office.token("wang.fang", "department-review"),
                                                                   office.token("zhang.wei", "administration")}));
    expect_rule(refused, "approval-same-person");
}

TEST_F(Acting, IsNothingOnceTheAbsentOneIsGone) {
    office.policy.persons.erase(test::id("wang.fang"));
    expect_rule(use(), "approval-role");
}

TEST_F(Acting, IsNotForTheApplicantHimself) {
    office.policy.delegations[0].to = test::id("li.na");
    expect_rule(office.authorise("li.na", office.request({office.token("li.na", "department-review"), office.token("zhang.wei", "administration")})), "approval-self");
}

TEST_F(Acting, ForTheApplicantGivesNoPlace) {  // li.na is on leave, applied before, and would have been a reviewer
    office.person("li.na").roles.insert(Role::reviewer);
    office.person("li.na").reviews.insert(test::department("sales"));
    delegation().from = test::id("li.na");
    expect_rule(use(), "approval-role");
}

TEST_F(Acting, IsRecordedWithTheDecisionAndSeenByThoseWhoAsk) {
    Application application = office.application();
    EXPECT_EQ(who_may_decide(application, office.seal.kind, office.rules().steps[0], office.policy, office.now).size(), 5U);
    office.decide(application, office.decision(application, "zhou.tao", "department-review"));
    EXPECT_EQ(application.decisions[0].acting_for, test::id("wang.fang"));
    EXPECT_FALSE(may_decide(office.person("wang.fang"), application, office.seal.kind, office.rules().steps[0], office.policy, office.now));
}

TEST(MissingLine, NamesTenAndCountsTheOthers) {
    const Step step{test::step("administration"), Role::approver, 1};
    std::vector<std::string> who(10, "p");
    EXPECT_EQ(missing_line(step, 1, who).find("others"), std::string::npos);
    who.resize(500, "p");
    EXPECT_NE(missing_line(step, 1, who).find(" or one of 490 others"), std::string::npos);
}

TEST_F(Acting, AStepForMembersOfADepartmentIsForThemOnly) {
    office.rules().steps[1].departments = {test::department("finance")};
    expect_rule(office.authorise("li.na", office.request(office.both_tokens())), "approval-department");
    office.rules().steps[1].departments.insert(test::department("administration"));
    EXPECT_TRUE(office.authorise("li.na", office.request(office.both_tokens())));
}

}  // namespace
}  // namespace seald
