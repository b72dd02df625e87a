// Keys with CKA_ALWAYS_AUTHENTICATE want the PIN for each signature, as qualified-signature cards do. pkcs11-tool makes
// one: seald itself makes none.
#include <cstdlib>

#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

class AlwaysAuthenticate : public TokenTest {
  protected:
    void start_with_such_a_key() {
        auto settings = settings_for(hsm.add_token("sealA"));
        const std::string command = "pkcs11-tool --module " + SoftHsm::module() +
                                    " --token-label sealA --login --pin 1234 --keypairgen --key-type EC:prime256v1 "
                                    "--id 0a01 --label strict --always-auth > /dev/null 2>&1";
        ASSERT_EQ(std::system(command.c_str()), 0) << command;
        unattended_allowed = false;
        settings.pin = "file:" + write_pin("1234").string();
        start(settings);
        ASSERT_TRUE(unlock_from_file());
        const auto keys = wait(token->list_keys());
        ASSERT_TRUE(keys);
        ASSERT_EQ(keys->keys.size(), 1U);
        spki = keys->keys[0].spki;
    }
};

TEST_F(AlwaysAuthenticate, EachSignatureHasALoginOfItsOwn) {
    start_with_such_a_key();
    for (int i = 0; i < 5; ++i) {
        const auto request = p256_request("document " + std::to_string(i));
        const auto signature = wait(token->sign(request));
        ASSERT_TRUE(signature) << signature.error().message << signature.error().detail;
        EXPECT_TRUE(openssl_accepts(spki, request, signature->value));
    }
    EXPECT_EQ(module.calls_of("C_Login"), 1 + 5);
}

TEST_F(AlwaysAuthenticate, ManyAtOnceDoNotDisturbEachOther) {
    start_with_such_a_key();
    std::vector<std::optional<Result<Signature>>> outcomes(40);
    for (auto& outcome : outcomes) collect(token->sign(p256_request("x")), outcome);
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    for (const auto& outcome : outcomes) {
        ASSERT_TRUE(outcome->has_value()) << outcome->error().message;
        EXPECT_TRUE(openssl_accepts(spki, p256_request("x"), (*outcome)->value));
    }
}

// Somebody changed the PIN while the token was unlocked: it is sent once, and never again.
TEST_F(AlwaysAuthenticate, APinThatIsWrongByNowIsSentOnceMoreAndNotAgain) {
    start_with_such_a_key();
    module.misbehave("C_Login fail 0xa0");
    const auto refused = wait(token->sign(p256_request("x")));
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);  // the applicant has done nothing wrong
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("sealctl token unlock usb-1"));
    wait_for(TokenEvent::login_lost);
    EXPECT_EQ(count(TokenEvent::pin_refused), 1);
    const auto logins = module.calls_of("C_Login");
    EXPECT_EQ(logins, 2);
    EXPECT_EQ(wait(token->unlock(order())).error().rule, "pin-incorrect");
    EXPECT_EQ(module.calls_of("C_Login"), logins);
}

TEST_F(AlwaysAuthenticate, ManyAtOnceSendAPinThatIsWrongByNowOnce) {
    start_with_such_a_key();
    module.misbehave("C_Login delay 200\nC_Login fail 0xa0");
    std::vector<std::optional<Result<Signature>>> outcomes(8);
    for (auto& outcome : outcomes) collect(token->sign(p256_request("x")), outcome);
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    for (const auto& outcome : outcomes) EXPECT_FALSE(outcome->has_value());
    const auto logins = module.calls_of("C_Login");
    EXPECT_EQ(logins, 2);
    EXPECT_EQ(wait(token->unlock(order())).error().rule, "pin-incorrect") << "and it is remembered";
    EXPECT_EQ(module.calls_of("C_Login"), logins);
}

TEST_F(AlwaysAuthenticate, ThePinIsForgottenWithTheLogin) {
    start_with_such_a_key();
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    ASSERT_TRUE(wait(token->unlock(order())));
    EXPECT_TRUE(wait(token->sign(p256_request("x"))));
}

}  // namespace
}  // namespace seald::test
