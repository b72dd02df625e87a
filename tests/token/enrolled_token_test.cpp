// The device is the one that seals were enrolled on, or no PIN and no signature.
#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

class EnrolledToken : public TokenTest {
  protected:
    // Enrols what is there: from now on the daemon expects it.
    void enrol() {
        start_with_p256_key();
        const auto& info = token->info();
        facts.expected = {info.serial, info.manufacturer, info.model, key_id, spki};
        token->expect(facts.expected);
        wait(token->lock());
        wait_for(TokenEvent::started, 2);
        logins = module.calls_of("C_Login");
    }
    int logins = 0;
};

TEST_F(EnrolledToken, ProvesItselfWithASignatureAtEachUnlock) {
    enrol();
    const auto signatures = module.calls_of("C_Sign");
    ASSERT_TRUE(wait(token->unlock(order())));
    EXPECT_EQ(module.calls_of("C_Sign"), signatures + 1);
    EXPECT_TRUE(wait(token->sign(p256_request("x"))));
}

TEST_F(EnrolledToken, AnotherSerialModelOrMakerGetsNoPin) {
    enrol();
    const auto right = facts.expected;
    for (const auto field : {&ExpectedToken::serial, &ExpectedToken::manufacturer, &ExpectedToken::model}) {
        facts.expected = right;
        facts.expected.*field = "another";
        const auto refused = wait(token->unlock(order()));
        EXPECT_EQ(refused.error().rule, "wrong-token");
        EXPECT_THAT(refused.error().message, HasSubstr("instead of another"));
    }
    EXPECT_EQ(module.calls_of("C_Login"), logins);
    EXPECT_EQ(count(TokenEvent::pin_not_sent), 3);
}

// SoftHSM shows public keys before login: a key that is another's is seen before the PIN is sent.
TEST_F(EnrolledToken, AnotherKeyUnderTheSameIdGetsNoPin) {
    enrol();
    facts.expected.spki = PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key().to_der();
    EXPECT_EQ(wait(token->unlock(order())).error().rule, "wrong-token");
    EXPECT_EQ(module.calls_of("C_Login"), logins);
}

// A clone that shows nothing before login takes the PIN, but cannot sign.
TEST_F(EnrolledToken, ADeviceWithoutTheKeyIsLoggedOutAgain) {
    enrol();
    facts.expected.key_id = {0x77};
    const auto refused = wait(token->unlock(order()));
    EXPECT_EQ(refused.error().rule, "wrong-token");
    EXPECT_THAT(refused.error().message, HasSubstr("cannot sign with the enrolled key"));
    EXPECT_EQ(module.calls_of("C_Login"), logins + 1);
    EXPECT_EQ(module.calls_of("C_Logout"), logins + 1);
    EXPECT_FALSE(token->info().logged_in);
    EXPECT_EQ(count(TokenEvent::pin_refused), 1);  // it was shown a PIN: nothing goes there by itself any more
}

TEST_F(EnrolledToken, AnotherDeviceInItsPlaceIsAsGoodAsAbsent) {
    enrol();
    auto expected = facts.expected;
    expected.serial = "another";
    token->expect(expected);
    ASSERT_TRUE(wait(token->refresh()));
    EXPECT_EQ(token->state_word(), "absent");
    EXPECT_EQ(count(TokenEvent::replaced), 1);
    EXPECT_THAT(wait(token->sign(p256_request("x"))).error().message, HasSubstr("insert token usb-1 (serial another)"));
}

}  // namespace
}  // namespace seald::test
