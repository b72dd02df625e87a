// The faulty module itself: tests that lean on it must be able to trust it.
#include "pkcs11/module.hpp"
#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

TEST_F(TokenTest, FaultyModuleTakesTheTokenAwayWithItsLoginAndGivesItBack) {
    start_with_p256_key();
    module.pull_out();
    wait_for(TokenEvent::absent);
    EXPECT_EQ(wait(token->sign(p256_request("x"))).error().code, ErrorCode::unavailable);
    module.put_back();
    wait_for(TokenEvent::present, 2);
    EXPECT_FALSE(token->info().logged_in);
    ASSERT_TRUE(unlock_from_file());
    EXPECT_TRUE(wait(token->sign(p256_request("x"))));
    EXPECT_EQ(count(TokenEvent::died), 0);
}

TEST_F(TokenTest, FaultyModuleEndsTheLoginEvenWhenNobodySawTheTokenGo) {
    start_with_p256_key();
    module.pull_out();
    module.put_back();
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    ASSERT_TRUE(unlock_from_file());
    EXPECT_TRUE(wait(token->sign(p256_request("x"))));
}

TEST_F(TokenTest, FaultyModuleFailsACallThatIsInsideWhenTheTokenGoes) {
    start_with_p256_key();
    module.misbehave("C_Sign delay 1000");
    std::optional<Result<Signature>> outcome;
    collect(token->sign(p256_request("x")), outcome);
    run_until([&] { return module.calls_of("C_Sign") == 1; });
    module.pull_out();
    run_until([&] { return outcome.has_value(); });
    ASSERT_FALSE(outcome->has_value());
    EXPECT_THAT(outcome->error().detail, HasSubstr("CKR_DEVICE_REMOVED"));
}

TEST_F(TokenTest, FaultyModuleKeepsALimitOverProcesses) {
    start_with_p256_key();
    module.misbehave("C_SignInit crash 1");
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    wait_for(TokenEvent::started, 2);
    ASSERT_TRUE(unlock_from_file());
    EXPECT_TRUE(wait(token->sign(p256_request("x"))));
    EXPECT_EQ(count(TokenEvent::died), 1);
    module.misbehave("C_SignInit crash 1");  // written anew, it counts anew
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
}

TEST_F(TokenTest, FaultyModuleDiesOfARuleThatNobodyKnows) {
    start_with_p256_key();
    module.misbehave("C_Sign explode");
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    wait_for(TokenEvent::died);
    EXPECT_THAT(words_of(TokenEvent::died), HasSubstr("Aborted"));
}

TEST_F(TokenTest, FaultyModuleReportsThePinsStateInFlags) {
    start(settings_for(hsm.add_token("sealA")));
    wait_for(TokenEvent::present);
    for (const auto& [rule, state] : {std::pair{FaultyModule::pin_count_low, PinState::count_low},
                                      std::pair{FaultyModule::pin_final_try, PinState::final_try},
                                      std::pair{FaultyModule::pin_locked, PinState::locked}}) {
        module.misbehave(rule);
        EXPECT_EQ(wait(token->refresh())->pin, state);
    }
}

TEST_F(TokenTest, FaultyModuleReportsRemovalAndInsertionAsSlotEvents) {
    hsm.add_token("sealA");
    Module library(FaultyModule::module());
    ASSERT_TRUE(library.make_ready());
    const auto event = [&](CK_FLAGS flags) {
        CK_SLOT_ID slot = 0;
        return library.api().C_WaitForSlotEvent(flags, &slot, nullptr);
    };
    module.report_slot_events();
    EXPECT_EQ(event(CKF_DONT_BLOCK), CKR_OK);  // it is there
    EXPECT_EQ(event(CKF_DONT_BLOCK), CKR_NO_EVENT);
    module.pull_out();
    EXPECT_EQ(event(0), CKR_OK);
    module.put_back();
    EXPECT_EQ(event(0), CKR_OK);
    EXPECT_EQ(event(CKF_DONT_BLOCK), CKR_NO_EVENT);
}

}  // namespace
}  // namespace seald::test
