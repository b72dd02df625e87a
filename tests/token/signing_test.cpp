#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

struct Kind {
    KeyAlgorithm algorithm;
    std::vector<SignatureScheme> schemes;
};

class TokenKeys : public TokenTest, public ::testing::WithParamInterface<Kind> {};

TEST_P(TokenKeys, AreMadeInTheTokenAndSignWhatOpensslAccepts) {
    start(settings_with_pin_file());
    ASSERT_TRUE(unlock_from_file());
    const auto [algorithm, schemes] = GetParam();
    const auto made = wait(token->generate({algorithm, "contract", key_id}));
    ASSERT_TRUE(made) << made.error().message << made.error().detail;
    EXPECT_TRUE(made->sensitive && made->always_sensitive && made->never_extractable && made->local);
    EXPECT_FALSE(made->extractable);
    EXPECT_EQ(PublicKey::from_der(made->spki)->algorithm(), algorithm);

    for (const auto scheme : schemes) {
        for (const auto digest : {DigestAlgorithm::sha256, DigestAlgorithm::sha384, DigestAlgorithm::sha512}) {
            const auto request = sign_request(algorithm, scheme, digest, "contract 2026/17");
            const auto signature = wait(token->sign(request));
            ASSERT_TRUE(signature) << signature.error().message << signature.error().detail;
            EXPECT_TRUE(openssl_accepts(made->spki, request, signature->value))
                << to_string(scheme) << to_string(digest);
            const auto other = sign_request(algorithm, scheme, digest, "another contract");
            EXPECT_FALSE(openssl_accepts(made->spki, other, signature->value));
        }
    }
}

INSTANTIATE_TEST_SUITE_P(
    Every, TokenKeys,
    ::testing::Values(Kind{KeyAlgorithm::ec_p256, {SignatureScheme::ecdsa}},
                      Kind{KeyAlgorithm::ec_p384, {SignatureScheme::ecdsa}},
                      Kind{KeyAlgorithm::rsa_2048, {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss}},
                      Kind{KeyAlgorithm::rsa_3072, {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss}},
                      Kind{KeyAlgorithm::rsa_4096, {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss}}),
    [](const auto& kind) {
        std::string name(to_string(kind.param.algorithm));
        std::erase(name, '-');
        return name;
    });

TEST_F(TokenTest, ListsItsKeysWithTheirPublicHalves) {
    start_with_p256_key();
    const auto list = wait(token->list_keys());
    ASSERT_TRUE(list);
    ASSERT_EQ(list->keys.size(), 1U);
    EXPECT_EQ(list->keys[0].key_id, key_id);
    EXPECT_EQ(list->keys[0].label, "contract");
    EXPECT_EQ(list->keys[0].spki, spki);
}

TEST_F(TokenTest, RefusesAnIdThatIsTaken) {
    start_with_p256_key();
    const auto again = wait(token->generate({KeyAlgorithm::rsa_2048, "other", key_id}));
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, ErrorCode::unacceptable);
    EXPECT_THAT(again.error().message, ::testing::HasSubstr("0a01"));
    EXPECT_EQ(wait(token->list_keys())->keys.size(), 1U);
}

TEST_F(TokenTest, DestroysAKeyThatCouldBeReadOut) {
    start(settings_with_pin_file());
    ASSERT_TRUE(unlock_from_file());
    for (const auto* lie :
         {"C_GetAttributeValue lie 0x162 1", "C_GetAttributeValue lie 0x103 0"}) {  // EXTRACTABLE, SENSITIVE
        module.misbehave(lie);
        const auto made = wait(token->generate({KeyAlgorithm::ec_p256, "contract", key_id}));
        ASSERT_FALSE(made);
        EXPECT_EQ(made.error().code, ErrorCode::unacceptable);
    }
    module.behave();
    EXPECT_TRUE(wait(token->list_keys())->keys.empty());
    EXPECT_EQ(module.calls_of("C_DestroyObject"), 4);
}

TEST_F(TokenTest, DoesNotMakeOrUseEd25519Keys) {
    start_with_p256_key();
    EXPECT_EQ(wait(token->generate({KeyAlgorithm::ed25519, "x", {9}})).error().code, ErrorCode::unacceptable);
    const auto request = sign_request(KeyAlgorithm::ed25519, SignatureScheme::ecdsa, DigestAlgorithm::sha256, "x");
    EXPECT_EQ(wait(token->sign(request)).error().code, ErrorCode::unacceptable);
}

TEST_F(TokenTest, NamesTheKeyThatIsNotThere) {
    start_with_p256_key();
    auto request = p256_request("x");
    request.key_id = {0xbe, 0xef};
    const auto signature = wait(token->sign(request));
    ASSERT_FALSE(signature);
    EXPECT_EQ(signature.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(signature.error().retry);
    EXPECT_THAT(signature.error().message,
                ::testing::AllOf(::testing::HasSubstr("beef"), ::testing::HasSubstr("usb-1")));
}

TEST_F(TokenTest, RefusesOverlongNamesBeforeTheProcessSeesThem) {
    start_with_p256_key();
    EXPECT_EQ(wait(token->generate({KeyAlgorithm::ec_p256, std::string(256, 'x'), {1}})).error().code,
              ErrorCode::unacceptable);
    EXPECT_EQ(wait(token->generate({KeyAlgorithm::ec_p256, "x", Bytes(256)})).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(wait(token->generate({KeyAlgorithm::ec_p256, "x", {}})).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(wait(token->unlock(order(Bytes(513)))).error().code, ErrorCode::unacceptable);
    EXPECT_EQ(count(TokenEvent::died), 0);
}

TEST_F(TokenTest, SignsManyAtOnceEachRight) {
    start_with_p256_key();
    std::vector<SignRequest> requests;
    for (int i = 0; i < 64; ++i) requests.push_back(p256_request("document " + std::to_string(i)));
    std::vector<std::optional<Result<Signature>>> outcomes(requests.size());
    module.misbehave("C_Sign delay 20");  // so that they do overlap
    const auto began = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < requests.size(); ++i) collect(token->sign(requests[i]), outcomes[i]);
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    EXPECT_LT(std::chrono::steady_clock::now() - began, 64 * 20ms);
    for (std::size_t i = 0; i < requests.size(); ++i) {
        ASSERT_TRUE(outcomes[i]->has_value());
        EXPECT_TRUE(openssl_accepts(spki, requests[i], (**outcomes[i]).value));
    }
    EXPECT_EQ(module.calls_of("C_Login"), 1);
}

TEST_F(TokenTest, MakesDoWithFewerSessionsThanConfigured) {
    start_with_p256_key();
    wait(token->lock());
    wait_for(TokenEvent::started, 2);
    ASSERT_TRUE(unlock_from_file());
    ASSERT_TRUE(wait(token->sign(p256_request("the first signing session"))));
    module.misbehave("C_OpenSession fail 0xb1");  // CKR_SESSION_COUNT
    std::vector<std::optional<Result<Signature>>> outcomes(8);
    for (auto& outcome : outcomes) collect(token->sign(p256_request("x")), outcome);
    run_until([&] { return std::ranges::all_of(outcomes, [](const auto& o) { return o.has_value(); }); });
    for (const auto& outcome : outcomes) EXPECT_TRUE(outcome->has_value());
}

}  // namespace
}  // namespace seald::test
