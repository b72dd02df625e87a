#include <gtest/gtest.h>

#include "pkcs11/login.hpp"

namespace seald {
namespace {

using token_protocol::Failure;

Secret pin(std::string_view text) { return Secret(std::vector<char>(text.begin(), text.end())); }

CK_TOKEN_INFO token_with_limits(CK_ULONG min, CK_ULONG max) {
    CK_TOKEN_INFO info{};
    info.ulMinPinLen = min;
    info.ulMaxPinLen = max;
    return info;
}

TEST(PinRules, LimitsThatMakeSenseAreKept) {
    const PinRules rules;
    const auto info = token_with_limits(4, 8);
    EXPECT_EQ(rules.check(info, pin("123"), PinOrigin::person).error().failure, Failure::pin_rejected);
    EXPECT_TRUE(rules.check(info, pin("1234"), PinOrigin::person));
    EXPECT_TRUE(rules.check(info, pin("12345678"), PinOrigin::person));
    EXPECT_EQ(rules.check(info, pin("123456789"), PinOrigin::person).error().failure, Failure::pin_rejected);
}

TEST(PinRules, LimitsThatMakeNoSenseAreIgnoredButNeverAllowAnEmptyPin) {
    const PinRules rules;
    for (const auto& info : {token_with_limits(0, 0), token_with_limits(4, ~CK_ULONG{0}), token_with_limits(9, 8)}) {
        EXPECT_TRUE(rules.check(info, pin("12"), PinOrigin::person));
        EXPECT_EQ(rules.check(info, pin(""), PinOrigin::person).error().failure, Failure::pin_rejected);
    }
}

TEST(PinRules, AWrongPinIsRememberedWhoeverSentIt) {
    PinRules rules;
    const auto info = token_with_limits(4, 8);
    rules.remember_failure(pin("9999"), PinOrigin::unattended, CKR_PIN_INCORRECT);
    EXPECT_EQ(rules.check(info, pin("9999"), PinOrigin::person).error().failure, Failure::pin_incorrect);
    EXPECT_EQ(rules.check(info, pin("9999"), PinOrigin::unattended).error().failure, Failure::pin_incorrect);
    EXPECT_TRUE(rules.check(info, pin("1234"), PinOrigin::unattended));
}

TEST(PinRules, AnUnclearFailureStopsOnlyTheMachine) {
    PinRules rules;
    const auto info = token_with_limits(4, 8);
    rules.remember_failure(pin("1234"), PinOrigin::unattended, CKR_GENERAL_ERROR);
    EXPECT_EQ(rules.check(info, pin("1234"), PinOrigin::unattended).error().failure, Failure::pin_incorrect);
    EXPECT_TRUE(rules.check(info, pin("1234"), PinOrigin::person));
}

TEST(PinRules, ATokenPulledOutDuringLoginIsNoWrongPin) {
    PinRules rules;
    rules.remember_failure(pin("1234"), PinOrigin::unattended, CKR_DEVICE_REMOVED);
    EXPECT_TRUE(rules.check(token_with_limits(4, 8), pin("1234"), PinOrigin::unattended));
}

TEST(PinRules, TheLastTryAndALockedTokenAreLeftAlone) {
    const PinRules rules;
    for (const CK_FLAGS flags : {CKF_USER_PIN_FINAL_TRY, CKF_USER_PIN_LOCKED}) {
        auto info = token_with_limits(4, 8);
        info.flags = flags;
        EXPECT_EQ(rules.check(info, pin("1234"), PinOrigin::person).error().failure, Failure::pin_locked);
    }
}

}  // namespace
}  // namespace seald
