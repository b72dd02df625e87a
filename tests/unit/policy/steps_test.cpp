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
    EXPECT_EQ(state(), ApplicationState::submitted);
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

TEST_F(Steps, WhoMayDecideLeavesOutTheApplicantAndWhoDecided) {
    const Step& first = office.rules().steps[0];
    const Step& second = office.rules().steps[1];
    application.applicant = test::id("wu.di");
    EXPECT_FALSE(may_decide(office.person("wu.di"), application, first));
    EXPECT_FALSE(may_decide(office.person("he.hua"), application, first));
    EXPECT_FALSE(may_decide(office.person("zhang.wei"), application, first));
    EXPECT_TRUE(may_decide(office.person("qian.duo"), application, first));
    EXPECT_EQ(who_may_decide(application, first, office.policy),
              (std::vector<std::string>{"li.si (李四)", "qian.duo (錢多)", "wang.fang (王芳)"}));
    office.decide(application, office.decision(application, "qian.duo", "department-review"));
    EXPECT_FALSE(may_decide(office.person("qian.duo"), application, second));
    EXPECT_EQ(who_may_decide(application, second, office.policy),
              (std::vector<std::string>{"liu.yang (劉洋)", "zhang.wei (張偉)"}));
}

TEST_F(Steps, WhoHasNoKeyMayNotDecide) {
    office.person("wang.fang").approval_key.reset();
    EXPECT_FALSE(may_decide(office.person("wang.fang"), application, office.rules().steps[0]));
}

}  // namespace
}  // namespace seald
