#include <gtest/gtest.h>

#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;
using test::Office;

struct Steps : testing::Test {
    Office office;
    Application application = office.application({"a", "b"});
    ApplicationState state(std::size_t sealed = 0) {
        return application_state(application, office.rules(), sealed, office.now);
    }
    bool may(const Person& person, const Step& step) {
        return may_decide(person, application, office.seal.kind, step, office.policy, office.now);
    }
    std::vector<std::string> who(const Step& step) { return who_may_decide(application, office.seal.kind, step, office.policy, office.now); }
    void review() { office.decide(application, office.decision(application, "wang.fang", "department-review")); }
    void approve() { office.decide(application, office.decision(application, "zhang.wei", "administration")); }
};

TEST_F(Steps, TheFirstUnfinishedStepIsOpenAndSaysHowManyItNeeds) {
    office.rules().steps[0].count = 2;
    auto open = open_step(application, office.rules(), office.now);
    ASSERT_TRUE(open);
    EXPECT_EQ(open->step.name, test::step("department-review"));
    EXPECT_EQ(open->still_needed, 2U);
    review();
    EXPECT_EQ(open_step(application, office.rules(), office.now)->still_needed, 1U);
    office.decide(application, office.decision(application, "li.si", "department-review"));
    open = open_step(application, office.rules(), office.now);
    EXPECT_EQ(open->step.name, test::step("administration"));
    approve();
    EXPECT_FALSE(open_step(application, office.rules(), office.now));
}

TEST_F(Steps, APersonRecordedTwiceCountsOnceOverAllSteps) {
    review();
    application.decisions.push_back(application.decisions[0]);
    application.decisions[1].step = test::step("administration");
    ASSERT_TRUE(open_step(application, office.rules(), office.now));
    EXPECT_EQ(open_step(application, office.rules(), office.now)->step.name, test::step("administration"));
}

TEST_F(Steps, AnExpiredApprovalNoLongerFinishesItsStep) {
    review();
    const Timestamp end = application.decisions[0].expires_at;
    EXPECT_EQ(open_step(application, office.rules(), end - milliseconds(1))->step.name, test::step("administration"));
    EXPECT_EQ(open_step(application, office.rules(), end)->step.name, test::step("department-review"));
}

TEST_F(Steps, StatesFollowDecisionsAndSealedDocuments) {
    EXPECT_EQ(state(), ApplicationState::submitted);
    review();
    EXPECT_EQ(state(), ApplicationState::reviewed);
    approve();
    EXPECT_EQ(state(), ApplicationState::approved);
    EXPECT_EQ(state(1), ApplicationState::partly_sealed);
    EXPECT_EQ(state(2), ApplicationState::sealed);
}

TEST_F(Steps, RejectingAndReturningClose) {
    for (const auto& [decision, closed] : {std::pair{Decision::reject, ApplicationState::rejected},
                                           std::pair{Decision::return_, ApplicationState::returned}}) {
        application = office.application({"a", "b"});
        Approval made = office.decision(application, "wang.fang", "department-review");
        made.decision = decision;
        made.reason = "clause 7 is missing";
        office.decide(application, made);
        EXPECT_EQ(state(), closed);
    }
}

TEST_F(Steps, WithdrawnStaysWithdrawn) {
    review();
    approve();
    application.state = ApplicationState::withdrawn;
    EXPECT_EQ(state(), ApplicationState::withdrawn);
}

TEST_F(Steps, ApprovalsThatExpireBeforeAllIsSealedCloseTheApplication) {
    review();
    approve();
    office.now = application.decisions[0].expires_at - milliseconds(1);
    EXPECT_EQ(state(1), ApplicationState::partly_sealed);
    office.now = application.decisions[0].expires_at;
    EXPECT_EQ(state(0), ApplicationState::expired);
    EXPECT_EQ(state(1), ApplicationState::expired);
    EXPECT_EQ(state(2), ApplicationState::sealed);
}

TEST_F(Steps, AnApplicationIsReviewedWhenAStepIsDoneAndAnotherOpen) {
    EXPECT_EQ(state(0), ApplicationState::submitted);
    office.decide(application, office.decision(application, "wang.fang", "department-review"));
    EXPECT_EQ(state(0), ApplicationState::reviewed);
    office.decide(application, office.decision(application, "zhang.wei", "administration"));
    EXPECT_EQ(state(0), ApplicationState::approved);
}

TEST_F(Steps, InParallelAnyOpenStepMayBeTaken) {
    EXPECT_EQ(open_steps(application, office.rules(), office.now).size(), 1U);
    office.rules().order = StepOrder::parallel;
    EXPECT_EQ(open_steps(application, office.rules(), office.now).size(), 2U);
    office.decide(application, office.decision(application, "zhang.wei", "administration"));
    EXPECT_EQ(state(0), ApplicationState::reviewed);
    office.decide(application, office.decision(application, "wang.fang", "department-review"));
    EXPECT_EQ(state(0), ApplicationState::approved);
}

TEST_F(Steps, ARevokedApprovalCountsNoMore) {
    office.decide(application, office.decision(application, "wang.fang", "department-review"));
    application.decisions[0].revoked_at = office.now;
    EXPECT_EQ(state(0), ApplicationState::submitted);
    EXPECT_TRUE(may(office.person("wang.fang"), office.rules().steps[0]));
}

TEST_F(Steps, AQuotaIsDoneWhenItsUsesAre) {
    application.documents.clear();
    application.quota = Quota{3, office.now + std::chrono::hours(20)};
    office.rules().quota = true;
    office.rules().quota_ttl = std::chrono::hours(72);
    for (const auto& [who, name] : {std::pair("wang.fang", "department-review"), std::pair("zhang.wei", "administration")}) {
        Approval approval = office.decision(application, who, name);
        approval.quota_uses = 3;
        approval.expires_at = application.quota->until;
        office.decide(application, approval);
    }
    EXPECT_EQ(state(0), ApplicationState::approved);
    EXPECT_EQ(state(2), ApplicationState::partly_sealed);
    EXPECT_EQ(state(3), ApplicationState::sealed);
    office.now = application.quota->until;
    EXPECT_EQ(state(2), ApplicationState::expired);
}

TEST_F(Steps, WhoMayDecideLeavesOutTheApplicantAndWhoDecided) {
    const Step& first = office.rules().steps[0];
    const Step& second = office.rules().steps[1];
    application.applicant = test::id("wu.di");
    EXPECT_FALSE(may(office.person("wu.di"), first));
    EXPECT_FALSE(may(office.person("he.hua"), first));
    EXPECT_FALSE(may(office.person("zhang.wei"), first));
    EXPECT_TRUE(may(office.person("qian.duo"), first));
    EXPECT_EQ(who(first),
              (std::vector<std::string>{"li.si (李四)", "qian.duo (錢多)", "wang.fang (王芳)"}));
    office.decide(application, office.decision(application, "qian.duo", "department-review"));
    EXPECT_FALSE(may(office.person("qian.duo"), second));
    EXPECT_EQ(who(second),
              (std::vector<std::string>{"liu.yang (劉洋)", "zhang.wei (張偉)"}));
}

TEST_F(Steps, WhoHasNoKeyMayNotDecide) {
    office.person("wang.fang").approval_key.reset();
    EXPECT_FALSE(may(office.person("wang.fang"), office.rules().steps[0]));
}

}  // namespace
}  // namespace seald
