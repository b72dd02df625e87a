// What every token must do in seald's hands. What one cannot do its description says, with the reason.
#include "tests/token/matrix/matrix_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr Row soft_hsm{"SoftHsm", softhsm_token}, tpm{"Tpm", tpm_token}, card{"Card", card_token};
const auto name_of = [](const auto& row) { return row.param.name; };

INSTANTIATE_TEST_SUITE_P(Every, TokenMatrix, ::testing::Values(soft_hsm, tpm, card), name_of);
// Not Tpm: tpm2-pkcs11 answers what C_GetTokenInfo and C_GetSessionInfo ask from its own memory.
INSTANTIATE_TEST_SUITE_P(That, RemovableToken, ::testing::Values(soft_hsm, card), name_of);
INSTANTIATE_TEST_SUITE_P(That, ForgetfulToken, ::testing::Values(tpm), name_of);
INSTANTIATE_TEST_SUITE_P(That, KeyMakingToken, ::testing::Values(soft_hsm, tpm), name_of);
// libcacard's keys are put on the card when it is made.
INSTANTIATE_TEST_SUITE_P(That, ReadOnlyToken, ::testing::Values(card), name_of);
// SoftHSM never locks a PIN, and a TPM that has locked itself needs hours.
INSTANTIATE_TEST_SUITE_P(That, LockingToken, ::testing::Values(card), name_of);

TEST_P(TokenMatrix, IsFoundByItsLabel) {
    start(settings());
    wait_for(TokenEvent::present);
    EXPECT_EQ(token->info().label, subject.label());
    EXPECT_FALSE(token->info().serial.empty());
    EXPECT_FALSE(token->info().manufacturer.empty());
    EXPECT_EQ(token->state_word(), "locked");
}

TEST_P(TokenMatrix, UnlocksWithItsPin) {
    start(settings());
    const auto unlocked = unlock(subject.pin());
    ASSERT_TRUE(unlocked) << unlocked.error().message << unlocked.error().detail;
    EXPECT_TRUE(unlocked->logged_in);
    EXPECT_EQ(token->state_word(), "ready");
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_P(TokenMatrix, SaysInWordsThatAPinIsWrongAndSpendsOneTryOnIt) {
    start(settings());
    for (int time = 0; time < 2; ++time) {
        const auto wrong = unlock(subject.wrong_pin());
        ASSERT_FALSE(wrong);
        EXPECT_EQ(wrong.error().code, ErrorCode::refused);
        EXPECT_EQ(wrong.error().rule, "pin-incorrect");
        EXPECT_THAT(wrong.error().message, Not(HasSubstr(subject.wrong_pin())));
    }
    EXPECT_EQ(module.calls_of("C_Login"), 1);
    EXPECT_EQ(subject.tries_spent().value_or(1), 1);
    EXPECT_TRUE(unlock(subject.pin()));
    EXPECT_EQ(module.calls_of("C_Login"), 2);
}

TEST_P(TokenMatrix, RefusesAnEmptyPinWithoutAskingTheToken) {
    start(settings());
    EXPECT_EQ(unlock("").error().rule, "pin-rejected");
    EXPECT_EQ(module.calls_of("C_Login"), 0);
    EXPECT_EQ(subject.tries_spent().value_or(0), 0);
}

TEST_P(TokenMatrix, ListsItsKeys) {
    start_unlocked();
    EXPECT_GE(keys.size(), subject.keys().size());
    for (const auto& key : subject.keys()) {
        const auto public_key = PublicKey::from_der(spki_of(key));
        ASSERT_TRUE(public_key);
        EXPECT_EQ(public_key->algorithm(), key.algorithm);
    }
}

TEST_P(TokenMatrix, SignsWithEveryKeyWhatOpensslAccepts) {
    start_unlocked();
    for (const auto& key : subject.keys()) {
        for (const auto scheme : key.schemes) {
            for (const auto digest : {DigestAlgorithm::sha256, DigestAlgorithm::sha512}) {
                const auto asked = sign_request(key.algorithm, scheme, digest, "contract 2026/17", key.id);
                const auto signature = wait(token->sign(asked));
                ASSERT_TRUE(signature) << to_string(key.algorithm) << " " << to_string(scheme) << " "
                                       << signature.error().message << signature.error().detail;
                EXPECT_TRUE(accepted(asked, *signature)) << to_string(key.algorithm) << " " << to_string(scheme);
                const auto other = sign_request(key.algorithm, scheme, digest, "another contract", key.id);
                EXPECT_FALSE(accepted(other, *signature));
            }
        }
    }
}

TEST_P(TokenMatrix, SignsManyAtOnceEachRight) {
    start_unlocked();
    std::vector<SignRequest> asked;
    for (int i = 0; i < 24; ++i) asked.push_back(request("document " + std::to_string(i)));
    std::vector<std::optional<Result<Signature>>> outcomes(asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) collect(token->sign(asked[i]), outcomes[i]);
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    for (std::size_t i = 0; i < asked.size(); ++i) {
        ASSERT_TRUE(outcomes[i]->has_value()) << outcomes[i]->error().message << outcomes[i]->error().detail;
        EXPECT_TRUE(accepted(asked[i], **outcomes[i])) << i;
    }
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_P(TokenMatrix, IsReallyLockedAfterLock) {
    start_unlocked();
    const auto before = process_id();
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    EXPECT_NE(process_id(), before);
    subject.after_a_kill();
    const auto refused = wait(token->sign(request("x")));
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("sealctl token unlock usb-1"));
    EXPECT_FALSE(wait(token->list_keys()));
    unlock_again();
    expect_it_signs();
}

TEST_P(TokenMatrix, SurvivesTheDeathOfItsProcess) {
    start_unlocked();
    module.misbehave("C_Sign crash 1");
    const auto failed = wait(token->sign(request("x")));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
    wait_for(TokenEvent::died);
    wait_for(TokenEvent::started, 2);
    subject.after_a_kill();
    unlock_again();
    expect_it_signs();
}

TEST_P(TokenMatrix, WorksAgainAfterItWasGoneAndACustodianUnlockedIt) {
    start_unlocked();
    subject.pull_out();
    const auto failed = wait(token->sign(request("x")));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
    EXPECT_THAT(failed.error().message, HasSubstr("usb-1"));
    subject.put_back();
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    unlock_again();
    expect_it_signs();
}

TEST_P(TokenMatrix, FailsWhatIsUnderWayWhenItGoesAndReleasesNothingWrong) {
    start_unlocked();
    std::vector<SignRequest> asked;
    for (int i = 0; i < 24; ++i) asked.push_back(request("document " + std::to_string(i)));
    std::vector<std::optional<Result<Signature>>> outcomes(asked.size());
    module.misbehave("C_Sign delay 50");  // so that it goes in the middle of it
    for (std::size_t i = 0; i < asked.size(); ++i) collect(token->sign(asked[i]), outcomes[i]);
    run_until([&] { return module.calls_of("C_Sign") > 2; });
    subject.pull_out();
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    EXPECT_GT(std::ranges::count_if(outcomes, [](const auto& o) { return o->has_error(); }), 0);
    for (std::size_t i = 0; i < asked.size(); ++i) {
        if (outcomes[i]->has_value()) {
            EXPECT_TRUE(accepted(asked[i], **outcomes[i])) << i;
        } else {
            EXPECT_EQ(outcomes[i]->error().code, ErrorCode::unavailable) << outcomes[i]->error().message;
        }
    }
    module.behave();
    subject.put_back();
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    unlock_again();
    expect_it_signs();
}

TEST_P(RemovableToken, IsAbsentWhenItIsGoneAndWorksWhenItIsBack) {
    start_unlocked();
    subject.pull_out();
    wait_for(TokenEvent::absent);
    const auto absent = wait(token->sign(request("x")));
    ASSERT_FALSE(absent);
    EXPECT_EQ(absent.error().code, ErrorCode::unavailable);
    EXPECT_THAT(absent.error().message, AllOf(HasSubstr("insert token usb-1"), HasSubstr(subject.label())));
    subject.put_back();
    wait_for(TokenEvent::present, 2);
    EXPECT_FALSE(wait(token->sign(request("x"))));  // a token that comes back is locked
    unlock_again();
    expect_it_signs();
    EXPECT_EQ(count(TokenEvent::died), 0);
}

TEST_P(RemovableToken, LogsInByItselfEachTimeItComesBack) {
    start(settings_with_pin_file(subject.pin()));
    wait_for(TokenEvent::unlocked);
    subject.pull_out();
    wait_for(TokenEvent::absent);
    subject.put_back();
    wait_for(TokenEvent::unlocked, 2);
    keys = wait(token->list_keys()).value().keys;
    expect_it_signs();
    EXPECT_EQ(module.calls_of("C_Login"), 2);
}

// A TPM that lost its power: tpm2-pkcs11 says that all is well, and every signature fails.
TEST_P(ForgetfulToken, LogsInAnewAfterItsSignaturesFailed) {
    start(settings_with_pin_file(subject.pin()));
    wait_for(TokenEvent::unlocked);
    keys = wait(token->list_keys()).value().keys;
    expect_it_signs();
    subject.pull_out();
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(wait(token->sign(request("x"))));
    subject.put_back();
    wait_for(TokenEvent::unlocked, 2);
    expect_it_signs();
}

TEST_P(KeyMakingToken, MakesAKeyThatCannotLeaveIt) {
    start_unlocked();
    const Bytes id{0x7f};
    const auto made = wait(token->generate({KeyAlgorithm::ec_p256, "made", id, false}));
    ASSERT_TRUE(made) << made.error().message << made.error().detail;
    EXPECT_TRUE(made->sensitive && made->always_sensitive && made->never_extractable && made->local);
    EXPECT_FALSE(made->extractable);
    const auto asked = sign_request(KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha256, "x", id);
    const auto signature = wait(token->sign(asked));
    ASSERT_TRUE(signature) << signature.error().message << signature.error().detail;
    EXPECT_TRUE(openssl_program_accepts(subject.folder(), made->spki, asked, signature->value));
}

TEST_P(ReadOnlyToken, SaysThatNoKeyCanBeMadeOnItAndGoesOn) {
    start_unlocked();
    const auto made = wait(token->generate({KeyAlgorithm::rsa_2048, "made", {0x7f}, false}));
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().code, ErrorCode::unacceptable) << made.error().message << made.error().detail;
    expect_it_signs();
}

TEST_P(LockingToken, IsNotAskedForItsLastTry) {
    subject.leave_tries(1);
    start(settings());
    const auto refused = unlock(subject.pin());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, "pin-locked");
    EXPECT_EQ(token->info().pin, PinState::final_try);
    EXPECT_EQ(module.calls_of("C_Login"), 0);
}

TEST_P(LockingToken, SaysThatItsPinIsLocked) {
    subject.leave_tries(0);
    start(settings());
    const auto refused = unlock(subject.pin());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, "pin-locked");
    EXPECT_THAT(refused.error().message, HasSubstr("PUK"));
    EXPECT_EQ(module.calls_of("C_Login"), 0);
}

}  // namespace
}  // namespace seald::test
