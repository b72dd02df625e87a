#include <signal.h>

#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

class TokenRecovery : public TokenTest {
  protected:
    // The process is a child of this test whose only one it is.
    void kill_process() const {
        const auto words = words_of(TokenEvent::started);
        const auto pid = std::stoi(words.substr(words.rfind(' ')));
        ASSERT_EQ(::kill(pid, SIGKILL), 0);
    }
    void expect_it_recovers(int starts) {
        module.behave();
        wait_for(TokenEvent::started, starts);
        ASSERT_TRUE(unlock_from_file());
        const auto request = p256_request("after");
        const auto signature = wait(token->sign(request));
        ASSERT_TRUE(signature) << signature.error().message;
        EXPECT_TRUE(openssl_accepts(spki, request, signature->value));
    }
    void start_signing(std::size_t count) {
        outcomes.resize(count);
        for (auto& outcome : outcomes) collect(token->sign(p256_request("x")), outcome);
        run_until([&] { return module.calls_of("C_Sign") > 0; });
    }
    void expect_all_unavailable() {
        run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
        for (const auto& outcome : outcomes) {
            ASSERT_FALSE(outcome->has_value());
            EXPECT_EQ(outcome->error().code, ErrorCode::unavailable);
            EXPECT_TRUE(outcome->error().retry);
            EXPECT_THAT(outcome->error().message, HasSubstr("usb-1"));
        }
    }
    std::vector<std::optional<Result<Signature>>> outcomes;
};

TEST_F(TokenRecovery, AKilledProcessFailsWhatWaitsAndIsReplaced) {
    start_with_p256_key();
    module.misbehave("C_Sign delay 5000");
    start_signing(8);
    kill_process();
    expect_all_unavailable();
    wait_for(TokenEvent::died);
    EXPECT_THAT(words_of(TokenEvent::died), HasSubstr("Killed"));
    expect_it_recovers(2);
}

TEST_F(TokenRecovery, AHungModuleIsKilledAtTheDeadline) {
    start_with_p256_key(400ms);
    module.misbehave("C_Sign hang");
    start_signing(2);
    expect_all_unavailable();
    EXPECT_THAT(outcomes[0]->error().message, HasSubstr("400 ms"));
    expect_it_recovers(2);
}

// What a module says of its login is not believed for ever: tpm2-pkcs11 goes on after the TPM was reset.
TEST_F(TokenRecovery, ThreeGeneralFailuresInARowEndTheLoginAndASuccessInBetweenDoesNot) {
    start_with_p256_key();
    for (const int failures : {2, 2, 3}) {
        module.misbehave("C_Sign fail 0x5 " + std::to_string(failures));
        for (int i = 0; i < failures; ++i) EXPECT_FALSE(wait(token->sign(p256_request("x"))));
        EXPECT_EQ(count(TokenEvent::login_lost), failures == 3 ? 1 : 0);
        if (failures < 3) {
            EXPECT_TRUE(wait(token->sign(p256_request("x"))));
        }
    }
    EXPECT_THAT(words_of(TokenEvent::login_lost), HasSubstr("C_Sign: CKR_GENERAL_ERROR (0x5)"));
    expect_it_recovers(1);
}

// Where looking again does not help, its process ends after half a minute and another one begins.
TEST_F(TokenRecovery, AModuleThatMustNotBeInitialisedAgainNeverIs) {
    auto settings = settings_with_pin_file();
    settings.quirks = {Quirk::no_reinitialise};
    start(settings);
    ASSERT_TRUE(unlock_from_file());
    hsm.pull_out();
    wait_for(TokenEvent::absent);
    EXPECT_EQ(module.calls_of("C_Finalize"), 0);
    EXPECT_EQ(module.calls_of("C_Initialize"), 1);
}

// A card does one thing at a time: a signature that waits for a key to be made is not a module that hangs.
TEST_F(TokenRecovery, MakingAKeyIsNotEndedByTheDeadlineOfASignature) {
    start_with_p256_key(1s);
    module.misbehave("C_GenerateKeyPair delay 3000\nC_SignInit delay 2000");
    std::optional<Result<GeneratedKey>> made;
    std::optional<Result<Signature>> signature;
    collect(token->generate({KeyAlgorithm::ec_p256, "other", {0x0c}, false}), made);
    run_until([&] { return module.calls_of("C_GenerateKeyPair") == 2; });
    collect(token->sign(p256_request("x")), signature);
    run_until([&] { return made.has_value() && signature.has_value(); });
    EXPECT_TRUE(made->has_value());
    EXPECT_TRUE(signature->has_value());
    EXPECT_EQ(count(TokenEvent::died), 0);
}

TEST_F(TokenRecovery, ACrashInTheModuleIsSurvived) {
    start_with_p256_key();
    module.misbehave("C_Sign crash");
    start_signing(3);
    expect_all_unavailable();
    wait_for(TokenEvent::died);
    EXPECT_THAT(words_of(TokenEvent::died), HasSubstr("Segmentation fault"));
    expect_it_recovers(2);
}

TEST_F(TokenRecovery, LockEndsWhatIsUnderWayEvenInAHungModule) {
    start_with_p256_key();
    module.misbehave("C_Sign hang");
    start_signing(4);
    wait(token->lock());
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    for (const auto& outcome : outcomes) EXPECT_FALSE(outcome->has_value());
    EXPECT_EQ(count(TokenEvent::died), 0);
    expect_it_recovers(2);
}

// A vendor's library may finish its signature while we lock; nobody gets to see it.
TEST_F(TokenRecovery, NoSignatureComesBackAfterLockReturned) {
    start_with_p256_key();
    module.misbehave("C_Sign delay 300");
    start_signing(16);
    int late = 0;
    wait(token->lock());
    const auto locked_at =
        std::ranges::count_if(outcomes, [](const auto& o) { return o.has_value() && o->has_value(); });
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    late = static_cast<int>(std::ranges::count_if(outcomes, [](const auto& o) { return o->has_value(); }) - locked_at);
    EXPECT_EQ(late, 0);
}

TEST_F(TokenRecovery, ARemovedTokenIsLockedWhenItIsBack) {
    start_with_p256_key();
    module.misbehave("C_Sign fail 0x32 1");  // CKR_DEVICE_REMOVED
    const auto failed = wait(token->sign(p256_request("x")));
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, HasSubstr("insert token usb-1"));
    EXPECT_THAT(failed.error().detail, HasSubstr("C_Sign: CKR_DEVICE_REMOVED (0x32)"));
    wait_for(TokenEvent::login_lost);
    EXPECT_EQ(count(TokenEvent::died), 0);
    expect_it_recovers(1);
}

TEST_F(TokenRecovery, AFailureThatLeavesTheLoginAloneCostsOnlyThatSignature) {
    start_with_p256_key();
    for (const auto* rule :
         {"C_Sign fail 0x5 1", "C_Sign fail 0x30 1", "C_Sign fail 0x90 1", "C_Sign fail 0x82 1"}) {
        module.misbehave(rule);
        const auto failed = wait(token->sign(p256_request("x")));
        ASSERT_FALSE(failed) << rule;
        EXPECT_TRUE(failed.error().retry);
        EXPECT_TRUE(wait(token->sign(p256_request("x")))) << rule;
    }
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

// The first level: nothing was signed yet, so a new session is tried at once, and said.
TEST_F(TokenRecovery, ASessionThatIsStaleBeforeCSignIsReplaced) {
    start_with_p256_key();
    int renewed = 0;
    for (const auto* rule : {"C_SignInit fail 0xb3 1", "C_SignInit fail 0x82 1", "C_SignInit fail 0x60 1"}) {
        module.misbehave(rule);
        const auto request = p256_request(rule);
        const auto signature = wait(token->sign(request));
        ASSERT_TRUE(signature) << rule << signature.error().message;
        EXPECT_TRUE(openssl_accepts(spki, request, signature->value));
        EXPECT_EQ(count(TokenEvent::session_renewed), ++renewed);
    }
    EXPECT_THAT(words_of(TokenEvent::session_renewed), HasSubstr("C_SignInit: CKR_KEY_HANDLE_INVALID (0x60)"));
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_F(TokenRecovery, CSignIsNeverCalledTwiceForOneRequest) {
    start_with_p256_key();
    module.misbehave("C_Sign fail 0xb3");
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    EXPECT_EQ(module.calls_of("C_Sign"), 1);
}

TEST_F(TokenRecovery, ASessionThatStaysStaleIsNotTriedForEver) {
    start_with_p256_key();
    module.misbehave("C_SignInit fail 0xb3");
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    EXPECT_EQ(module.calls_of("C_SignInit"), 2);
}

TEST_F(TokenRecovery, ALostLoginSaysWhichCallFound) {
    start_with_p256_key();
    module.misbehave("C_Sign fail 0x32 1");
    EXPECT_FALSE(wait(token->sign(p256_request("x"))));
    wait_for(TokenEvent::login_lost);
    EXPECT_THAT(words_of(TokenEvent::login_lost), HasSubstr("C_Sign: CKR_DEVICE_REMOVED (0x32)"));
    EXPECT_FALSE(token->lease());
}

TEST_F(TokenRecovery, ATokenThatIsPulledOutAndPutBackIsFoundAgain) {
    start_with_p256_key();
    hsm.pull_out();
    wait_for(TokenEvent::absent);
    const auto absent = wait(token->sign(p256_request("x")));
    EXPECT_EQ(absent.error().code, ErrorCode::unavailable);
    EXPECT_THAT(absent.error().message, HasSubstr("insert token usb-1 (serial "));
    hsm.put_back();
    wait_for(TokenEvent::present, 2);
    EXPECT_EQ(count(TokenEvent::died), 0);
    expect_it_recovers(1);
}

TEST_F(TokenRecovery, AnUnattendedTokenLogsInAgainWhenItIsBack) {
    start(settings_with_pin_file());
    unattended_allowed = true;
    wait_for(TokenEvent::unlocked);
    hsm.pull_out();
    wait_for(TokenEvent::absent);
    hsm.put_back();
    wait_for(TokenEvent::unlocked, 2);
    EXPECT_EQ(unattended_asked, 2);
}

TEST_F(TokenTest, AnUnknownSerialIsAbsentInWords) {
    hsm.add_token("sealA");
    start(settings_for("0000000000000000"));
    wait_for(TokenEvent::absent);
    EXPECT_THAT(token->info().why_absent,
                ::testing::AllOf(HasSubstr("serial 0000000000000000"), HasSubstr("\"sealA\"")));
    EXPECT_THAT(wait(token->sign(p256_request("x"))).error().message,
                HasSubstr("insert token usb-1 (serial 0000000000000000)"));
    EXPECT_EQ(wait(token->unlock(order(Bytes(384)))).error().code, ErrorCode::unavailable);
}

TEST_F(TokenTest, TwoTokensWithTheSameLabelAreRefused) {
    hsm.add_token("sealA");
    auto settings = settings_for("");
    settings.serial.reset();
    settings.label = "sealA";
    start(settings);
    wait_for(TokenEvent::present);
    token->stop();
    io.run_for(1s);
    hsm.add_token("sealA");
    start(settings);
    wait_for(TokenEvent::absent);
    EXPECT_THAT(token->info().why_absent, HasSubstr("two tokens have the label \"sealA\""));
}

TEST_F(TokenTest, AModuleThatDoesNotLoadIsSaidSo) {
    auto settings = settings_for("x");
    settings.module = "/nonexistent/module.so";
    start(settings);
    wait_for(TokenEvent::absent);
    EXPECT_THAT(token->info().why_absent, HasSubstr("does not load"));
}

TEST_F(TokenTest, AMissingProgramIsSaidSoAndTriedAgain) {
    auto settings = settings_for("x");
    settings.program = "/nonexistent/seald-token";
    start(settings);
    wait_for(TokenEvent::died, 3);
    EXPECT_THAT(words_of(TokenEvent::died), HasSubstr("/nonexistent/seald-token"));
    EXPECT_EQ(wait(token->refresh()).error().code, ErrorCode::unavailable);
}

}  // namespace
}  // namespace seald::test
