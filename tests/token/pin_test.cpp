#include <filesystem>

#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

TEST_F(TokenTest, UnlocksWithTheRightPinAfterAWrongOne) {
    start(settings_for(hsm.add_token("sealA")));
    const auto wrong = unlock("9999");
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().code, ErrorCode::refused);
    EXPECT_EQ(wrong.error().rule, "pin-incorrect");
    EXPECT_THAT(wrong.error().detail, HasSubstr("CKR_PIN_INCORRECT"));
    EXPECT_THAT(wrong.error().message, HasSubstr("few tries are left"));
    EXPECT_EQ(count(TokenEvent::pin_refused), 1);

    const auto right = unlock("1234");
    ASSERT_TRUE(right) << right.error().message;
    EXPECT_TRUE(right->logged_in);
    EXPECT_TRUE(token->info().logged_in);
    EXPECT_EQ(count(TokenEvent::unlocked), 1);
}

TEST_F(TokenTest, NeverSendsTheSameWrongPinTwice) {
    start(settings_for(hsm.add_token("sealA")));
    EXPECT_EQ(unlock("9999").error().rule, "pin-incorrect");
    EXPECT_EQ(unlock("9999").error().rule, "pin-incorrect");
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_F(TokenTest, RefusesPinsOfImpossibleLengthWithoutAskingTheToken) {
    start(settings_for(hsm.add_token("sealA")));
    EXPECT_EQ(unlock("").error().rule, "pin-rejected");
    EXPECT_EQ(unlock("123").error().rule, "pin-rejected");  // SoftHSM: 4 to 255
    EXPECT_EQ(unlock(std::string(256, '1')).error().rule, "pin-rejected");
    EXPECT_EQ(module.calls_of("C_Login"), 0);
    EXPECT_TRUE(unlock("1234"));
}

TEST_F(TokenTest, RefusesAPinThatWasNotEncryptedToItsProcess) {
    start(settings_for(hsm.add_token("sealA")));
    wait_for(TokenEvent::started);
    const auto old_key = wait(token->pin_key())->spki;
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    EXPECT_EQ(wait(token->unlock(order(seal_pin(old_key, "1234")))).error().rule, "pin-rejected");
    EXPECT_NE(wait(token->pin_key())->spki, old_key);
    EXPECT_EQ(wait(token->unlock(order(Bytes(384, 1)))).error().rule, "pin-rejected");
    EXPECT_EQ(module.calls_of("C_Login"), 0);
}

TEST_F(TokenTest, NeverSpendsTheLastTryAndNeverAsksALockedToken) {
    start(settings_for(hsm.add_token("sealA")));
    module.misbehave("C_GetTokenInfo flags 0x20000");
    const auto not_insisted = unlock("1234");
    EXPECT_EQ(not_insisted.error().rule, "pin-locked");
    EXPECT_THAT(not_insisted.error().message, HasSubstr("--final-try"));
    module.misbehave("C_GetTokenInfo flags 0x40000");
    const auto locked = unlock("1234");
    EXPECT_EQ(locked.error().rule, "pin-locked");
    EXPECT_THAT(locked.error().message, HasSubstr("PUK"));
    EXPECT_EQ(wait(token->refresh())->pin, PinState::locked);
    EXPECT_EQ(module.calls_of("C_Login"), 0);
}

TEST_F(TokenTest, SpendsTheLastTryWhenAPersonInsists) {
    start(settings_for(hsm.add_token("sealA")));
    module.misbehave("C_GetTokenInfo flags 0x20000");
    final_try = true;
    EXPECT_TRUE(unlock("1234"));
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

// What a token refused in an earlier process is known by its print.
TEST_F(TokenTest, NeverSendsAWrongPinAgainAfterARestart) {
    facts.pin_salt = Bytes(16, 3);
    start(settings_for(hsm.add_token("sealA")));
    EXPECT_EQ(unlock("9999").error().rule, "pin-incorrect");
    ASSERT_EQ(news.back().event, TokenEvent::pin_refused);
    facts.refused_pins = {news.back().pin_print};
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    const auto again = unlock("9999");
    EXPECT_EQ(again.error().rule, "pin-incorrect");
    EXPECT_THAT(again.error().message, HasSubstr("--pin-changed"));
    EXPECT_EQ(module.calls_of("C_Login"), 1);
    EXPECT_TRUE(unlock("1234"));
}

TEST_F(TokenTest, ALockedTokenSaysHowToUnlockIt) {
    start(settings_for(hsm.add_token("sealA")));
    wait_for(TokenEvent::present);
    const auto signature = wait(token->sign(p256_request("x")));
    EXPECT_EQ(signature.error().code, ErrorCode::unavailable);
    EXPECT_TRUE(signature.error().retry);
    EXPECT_THAT(signature.error().message, HasSubstr("sealctl token unlock usb-1"));
    EXPECT_THAT(wait(token->list_keys()).error().message, HasSubstr("sealctl token unlock usb-1"));
    EXPECT_THAT(wait(token->generate({KeyAlgorithm::ec_p256, "x", {1}})).error().message,
                HasSubstr("sealctl token unlock usb-1"));
    EXPECT_EQ(wait(token->unlock(order())).error().rule, "pin-rejected");  // no PIN source is configured
}

TEST_F(TokenTest, LogsInByItselfWithAConfiguredPin) {
    const auto settings = settings_with_pin_file("1234");
    unattended_allowed = true;
    start(settings);
    wait_for(TokenEvent::unlocked);
    EXPECT_TRUE(token->info().logged_in);
    EXPECT_EQ(unattended_asked, 1);
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_F(TokenTest, TriesAConfiguredPinThatIsWrongOnlyOnceEvenInANewProcess) {
    const auto settings = settings_with_pin_file("9999");
    unattended_allowed = true;
    start(settings);
    wait_for(TokenEvent::pin_refused);
    for (int i = 0; i < 5; ++i) ASSERT_TRUE(wait(token->refresh()));
    EXPECT_EQ(wait(token->unlock(order())).error().rule, "pin-incorrect");  // a person insists, but the file is still wrong
    EXPECT_EQ(module.calls_of("C_Login"), 1);
    EXPECT_EQ(unattended_asked, 1);

    module.misbehave("C_GetSlotList crash");
    wait_for(TokenEvent::died);
    module.behave();
    wait_for(TokenEvent::started, count(TokenEvent::started) + 1);
    ASSERT_TRUE(wait(token->refresh()));
    EXPECT_EQ(module.calls_of("C_Login"), 1);

    write_pin("1234");
    ASSERT_TRUE(wait(token->unlock(order())));
}

TEST_F(TokenTest, DoesNotLogInByItselfWithoutPermission) {
    const auto settings = settings_with_pin_file("1234");
    start(settings);
    run_until([&] { return unattended_asked > 2; });
    EXPECT_FALSE(token->info().logged_in);
    EXPECT_EQ(module.calls_of("C_Login"), 0);
}

TEST_F(TokenTest, CountsATryWhoseOutcomeNobodyKnows) {
    const auto settings = settings_with_pin_file("1234");
    unattended_allowed = true;
    module.misbehave("C_Login crash");
    start(settings);
    wait_for(TokenEvent::died);
    module.behave();
    wait_for(TokenEvent::started, 2);
    ASSERT_TRUE(wait(token->refresh()));
    EXPECT_THAT(words_of(TokenEvent::pin_refused), HasSubstr("nobody knows"));
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_F(TokenTest, StaysLockedAfterLockUntilSomebodyUnlocksIt) {
    const auto settings = settings_with_pin_file("1234");
    unattended_allowed = true;
    start(settings);
    wait_for(TokenEvent::unlocked);
    wait(token->lock());
    EXPECT_FALSE(token->info().logged_in);
    wait_for(TokenEvent::started, 2);
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(wait(token->refresh())->logged_in);
    EXPECT_EQ(count(TokenEvent::locked), 1);
    EXPECT_EQ(count(TokenEvent::died), 0);
    EXPECT_TRUE(wait(token->unlock(order()))->logged_in);
}

}  // namespace
}  // namespace seald::test
