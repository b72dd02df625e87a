#include <signal.h>

#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

class TokenLease : public TokenTest {
  protected:
    void unlock_for(std::optional<std::uint64_t> uses, std::optional<std::chrono::milliseconds> duration = {}) {
        wait_for(TokenEvent::started);
        wait(token->lock());
        wait_for(TokenEvent::started, 2);
        terms.uses = uses;
        terms.duration = duration;
        const auto unlocked = wait(token->unlock(order()));
        ASSERT_TRUE(unlocked) << unlocked.error().message;
    }
    int signatures(int wanted) {
        std::vector<std::optional<Result<Signature>>> outcomes(static_cast<std::size_t>(wanted));
        for (auto& outcome : outcomes) collect(token->sign(p256_request("x")), outcome);
        run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
        return static_cast<int>(std::ranges::count_if(outcomes, [](const auto& o) { return o->has_value(); }));
    }
};

TEST_F(TokenLease, EndsWithItsUsesHoweverManyAskAtOnce) {
    start_with_p256_key();
    unlock_for(3);
    EXPECT_EQ(signatures(10), 3);
    wait_for(TokenEvent::locked, 2);
    EXPECT_THAT(words_of(TokenEvent::locked), ::testing::AllOf(HasSubstr("uses were used up"), HasSubstr("by zhang.wei"), HasSubstr("3 of 3 uses")));
    wait_for(TokenEvent::started, 3);
    EXPECT_EQ(token->state_word(), "locked");
    EXPECT_THAT(wait(token->sign(p256_request("x"))).error().message, HasSubstr("sealctl token unlock usb-1"));
    EXPECT_EQ(module.calls_of("C_Sign"), 3);
}

TEST_F(TokenLease, EndsWithItsTimeEvenInsideAHungModule) {
    start_with_p256_key();
    unlock_for(std::nullopt, 400ms);
    module.misbehave("C_Sign hang");
    std::optional<Result<Signature>> outcome;
    collect(token->sign(p256_request("x")), outcome);
    wait_for(TokenEvent::locked, 2);
    run_until([&] { return outcome.has_value(); });
    EXPECT_FALSE(outcome->has_value());
    EXPECT_THAT(words_of(TokenEvent::locked), HasSubstr("its time was over"));
    EXPECT_FALSE(token->lease());
}

// A module that signs on after C_Logout, as SoftHSM does: only the end of its process is a lock.
TEST_F(TokenLease, TheProcessIsGoneWhenItEnds) {
    start_with_p256_key();
    const auto words = words_of(TokenEvent::started);
    unlock_for(1);
    const auto pid = std::stoi(words_of(TokenEvent::started).substr(words_of(TokenEvent::started).rfind(' ')));
    ASSERT_NE(words, words_of(TokenEvent::started));
    EXPECT_EQ(signatures(1), 1);
    wait_for(TokenEvent::started, 3);
    EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(TokenLease, SaysHowManyUsesAreLeft) {
    start_with_p256_key();
    unlock_for(3);
    EXPECT_EQ(signatures(1), 1);
    EXPECT_EQ(token->lease()->used(), 1U);
    EXPECT_TRUE(token->check_ready(2));
    EXPECT_THAT(token->check_ready(3).error().message, HasSubstr("for 3 uses, 2 are left, 3 are needed"));
}

TEST_F(TokenLease, IsNotChangedByAnotherUnlock) {
    start_with_p256_key();
    unlock_for(3);
    terms.uses = 100;
    EXPECT_EQ(wait(token->unlock(order())).error().rule, "token-unlocked");
    EXPECT_EQ(signatures(10), 3);
}

TEST_F(TokenLease, WithoutTermsLastsUntilLockAndCountsItsUses) {
    start_with_p256_key();
    EXPECT_EQ(signatures(5), 5);
    ASSERT_TRUE(token->lease());
    EXPECT_EQ(token->lease()->words(), "by zhang.wei, 5 uses");
    wait(token->lock());
    EXPECT_FALSE(token->lease());
}

TEST(LoginBudget, AllowsTenInARowThenOneInTenSeconds) {
    LoginBudget budget;
    auto now = LoginBudget::Clock::now();
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(budget.take(now)) << i;
    EXPECT_FALSE(budget.take(now));
    EXPECT_FALSE(budget.take(now + 9s));
    EXPECT_TRUE(budget.take(now + 10s));
    EXPECT_FALSE(budget.take(now + 19s));
    EXPECT_TRUE(budget.take(now + 20s));
}

}  // namespace
}  // namespace seald::test
