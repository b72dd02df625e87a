#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class TokenProbe : public TokenTest {};

TEST_F(TokenProbe, FindsWhatTheTokenCanDo) {
    start_with_p256_key();
    const auto profile = wait(token->probe({1, {}}));
    ASSERT_TRUE(profile) << profile.error().message << profile.error().detail;
    EXPECT_EQ(profile->sessions, 64U);
    EXPECT_FALSE(profile->slot_events);  // SoftHSM has the function and never tells anything
    EXPECT_EQ(profile->algorithm, KeyAlgorithm::ec_p256);
    EXPECT_GT(profile->recovery_us, 0U);
    EXPECT_THAT(profile->mechanisms, Contains("CKM_ECDSA"));
    EXPECT_THAT(profile->mechanisms, Contains("CKM_RSA_PKCS"));
    ASSERT_EQ(profile->loads.size(), 4U);
    for (const auto& load : profile->loads) {
        EXPECT_GT(load.signatures, 0U);
        EXPECT_EQ(load.failures, 0U);
        EXPECT_GE(load.p99_us, load.p50_us);
    }
    EXPECT_EQ(profile->loads[3].threads, 8U);
}

TEST_F(TokenProbe, LeavesNothingOnTheToken) {
    start_with_p256_key();
    ASSERT_TRUE(wait(token->probe({1, {}})));
    EXPECT_EQ(wait(token->list_keys())->keys.size(), 1U);
}

TEST_F(TokenProbe, UsesAKeyThatIsThereWhenToldTo) {
    start_with_p256_key();
    const auto pairs = module.calls_of("C_GenerateKeyPair");
    ASSERT_TRUE(wait(token->probe({1, key_id})));
    EXPECT_EQ(module.calls_of("C_GenerateKeyPair"), pairs);
    EXPECT_THAT(wait(token->probe({1, {0x99}})).error().message, HasSubstr("no such key"));
}

TEST_F(TokenProbe, SaysWhyItCannotMeasure) {
    start_with_p256_key();
    module.misbehave("C_Sign fail 0x30 1");
    const auto profile = wait(token->probe({1, key_id}));
    ASSERT_FALSE(profile);
    EXPECT_THAT(profile.error().detail, HasSubstr("C_Sign: CKR_DEVICE_ERROR"));
    module.misbehave("C_GenerateKeyPair fail 0x70");  // a card that makes no keys
    EXPECT_THAT(wait(token->probe({1, {}})).error().message, HasSubstr("--key ID"));
}

}  // namespace
}  // namespace seald::test
