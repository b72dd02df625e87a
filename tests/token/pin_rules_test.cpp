#include <gtest/gtest.h>

#include "pkcs11/login.hpp"
#include "pkcs11/pin_print.hpp"

namespace seald {
namespace {

using token_protocol::Failure;
using token_protocol::UnlockRequest;

CK_TOKEN_INFO token_with_limits(CK_ULONG min, CK_ULONG max) {
    CK_TOKEN_INFO info{};
    info.ulMinPinLen = min;
    info.ulMaxPinLen = max;
    return info;
}

Secret secret(std::string_view text) { return Secret(std::vector<char>(text.begin(), text.end())); }

class PinRulesTest : public ::testing::Test {
  protected:
    Outcome<void> check(std::string_view pin, PinOrigin origin = PinOrigin::person) const {
        const auto text = secret(pin);
        return rules.check(info, {text, origin, request});
    }
    TokenError fail(std::string_view pin, PinOrigin origin, CK_RV ckr) {
        const auto text = secret(pin);
        auto error = failed_call("C_Login", ckr);
        rules.remember_failure({text, origin, request}, error);
        return error;
    }
    PinRules rules;
    CK_TOKEN_INFO info = token_with_limits(4, 8);
    UnlockRequest request;
};

TEST_F(PinRulesTest, LimitsThatMakeSenseAreKept) {
    EXPECT_EQ(check("123").error().failure, Failure::pin_rejected);
    EXPECT_TRUE(check("1234"));
    EXPECT_TRUE(check("12345678"));
    EXPECT_EQ(check("123456789").error().failure, Failure::pin_rejected);
}

TEST_F(PinRulesTest, LimitsThatMakeNoSenseAreIgnoredButNeverAllowAnEmptyPin) {
    for (const auto& odd : {token_with_limits(0, 0), token_with_limits(4, ~CK_ULONG{0}), token_with_limits(9, 8)}) {
        info = odd;
        EXPECT_TRUE(check("12"));
        EXPECT_EQ(check("").error().failure, Failure::pin_rejected);
    }
}

TEST_F(PinRulesTest, AWrongPinIsRememberedWhoeverSentIt) {
    const auto error = fail("9999", PinOrigin::unattended, CKR_PIN_INCORRECT);
    EXPECT_EQ(error.pin_print.size(), token_protocol::pin_print_bytes);
    EXPECT_EQ(check("9999").error().failure, Failure::pin_incorrect);
    EXPECT_FALSE(check("9999").error().pin_sent);
    EXPECT_EQ(check("9999", PinOrigin::unattended).error().failure, Failure::pin_incorrect);
    EXPECT_TRUE(check("1234", PinOrigin::unattended));
}

TEST_F(PinRulesTest, APrintFromAnEarlierProcessIsAsGood) {
    request.pin_salt = Bytes(16, 7);
    const auto print = fail("9999", PinOrigin::person, CKR_PIN_INCORRECT).pin_print;
    PinRules later;
    request.refused = {Bytes(16, 1), print};
    const auto wrong = secret("9999"), right = secret("1234");
    EXPECT_EQ(later.check(info, {wrong, PinOrigin::person, request}).error().failure, Failure::pin_incorrect);
    EXPECT_TRUE(later.check(info, {right, PinOrigin::person, request}));
    request.pin_salt = Bytes(16, 8);  // another token
    EXPECT_TRUE(later.check(info, {wrong, PinOrigin::person, request}));
}

TEST_F(PinRulesTest, AnUnclearFailureStopsOnlyTheMachineAndLeavesNoPrint) {
    EXPECT_TRUE(fail("1234", PinOrigin::unattended, CKR_GENERAL_ERROR).pin_print.empty());
    EXPECT_EQ(check("1234", PinOrigin::unattended).error().failure, Failure::pin_incorrect);
    EXPECT_TRUE(check("1234"));
}

TEST_F(PinRulesTest, ATokenPulledOutDuringLoginIsNoWrongPin) {
    fail("1234", PinOrigin::unattended, CKR_DEVICE_REMOVED);
    EXPECT_TRUE(check("1234", PinOrigin::unattended));
}

TEST_F(PinRulesTest, ALockedTokenIsLeftAlone) {
    info.flags = CKF_USER_PIN_LOCKED;
    request.final_try = true;
    EXPECT_EQ(check("1234").error().failure, Failure::pin_locked);
}

TEST_F(PinRulesTest, TheLastTryIsForAPersonWhoInsists) {
    info.flags = CKF_USER_PIN_FINAL_TRY;
    EXPECT_EQ(check("1234").error().failure, Failure::pin_locked);
    request.final_try = true;
    EXPECT_TRUE(check("1234"));
    EXPECT_EQ(check("1234", PinOrigin::unattended).error().failure, Failure::pin_locked);
    fail("9999", PinOrigin::person, CKR_PIN_INCORRECT);
    EXPECT_EQ(check("9999").error().failure, Failure::pin_incorrect);
}

// scrypt as OpenSSL's own program computes it:
//   openssl kdf -keylen 16 -kdfopt pass:1234 -kdfopt hexsalt:000102030405060708090a0b0c0d0e0f
//       -kdfopt n:32768 -kdfopt r:8 -kdfopt p:1 -kdfopt maxmem_bytes:67108864 SCRYPT
TEST(PinPrint, IsScrypt) {
    Bytes salt(16);
    for (std::size_t i = 0; i < salt.size(); ++i) salt[i] = static_cast<std::uint8_t>(i);
    EXPECT_EQ(encode_hex(pin_print(secret("1234"), salt)), "ecabed4ddb75111ffb04b51a0a76b219");
}

}  // namespace
}  // namespace seald
