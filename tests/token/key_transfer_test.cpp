// A key goes from one token to another, encrypted all the way.
#include "tests/token/token_fixture.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

class KeyTransfer : public TokenTest {
  protected:
    ~KeyTransfer() override {
        if (second) second->stop();
    }
    void start_both() {
        auto settings = settings_with_pin_file();
        const auto other_serial = hsm.add_token("sealB");
        start(settings);
        settings.serial = other_serial;
        second = Token::start(io.get_executor(), settings, {});
        ASSERT_TRUE(unlock_from_file());
        run_until([&] { return second->info().present; });
        const auto unlocked = wait(second->unlock(order()));
        ASSERT_TRUE(unlocked) << unlocked.error().message;
    }
    Result<GeneratedKey> move(KeyAlgorithm algorithm, bool wrappable) {
        const auto made = wait(token->generate({algorithm, "contract", key_id, wrappable}));
        if (!made) return made.error();
        spki = made->spki;
        const auto wrapping = wait(second->make_wrapping_key());
        if (!wrapping) return wrapping.error();
        const auto wrapped = wait(token->wrap({key_id, wrapping->spki}));
        if (!wrapped) return wrapped.error();
        return wait(second->unwrap({wrapped->wrapped_secret, wrapped->wrapped_key, "contract", key_id, spki}));
    }
    std::shared_ptr<Token> second;
};

TEST_F(KeyTransfer, TheSecondTokenSignsAsTheFirst) {
    start_both();
    for (const auto algorithm : {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_2048}) {
        const Bytes id{0x0b, static_cast<std::uint8_t>(algorithm)};
        const auto made = wait(token->generate({algorithm, "contract", id, true}));
        ASSERT_TRUE(made) << made.error().message;
        EXPECT_TRUE(made->sensitive && made->extractable);
        const auto wrapping = wait(second->make_wrapping_key());
        ASSERT_TRUE(wrapping) << wrapping.error().message << wrapping.error().detail;
        const auto wrapped = wait(token->wrap({id, wrapping->spki}));
        ASSERT_TRUE(wrapped) << wrapped.error().message << wrapped.error().detail;
        const auto moved = wait(second->unwrap({wrapped->wrapped_secret, wrapped->wrapped_key, "contract", id, made->spki}));
        ASSERT_TRUE(moved) << moved.error().message << moved.error().detail;
        EXPECT_TRUE(moved->sensitive);
        EXPECT_FALSE(moved->extractable);  // it goes no further
        EXPECT_EQ(moved->spki, made->spki);
        const auto scheme = algorithm == KeyAlgorithm::rsa_2048 ? SignatureScheme::rsa_pkcs1 : SignatureScheme::ecdsa;
        const auto request = sign_request(algorithm, scheme, DigestAlgorithm::sha256, "contract", id);
        for (auto* each : {token.get(), second.get()}) {
            const auto signature = wait(each->sign(request));
            ASSERT_TRUE(signature) << signature.error().message;
            EXPECT_TRUE(openssl_accepts(made->spki, request, signature->value));
        }
    }
}

TEST_F(KeyTransfer, AKeyThatWasNotMadeForItStaysWhereItIs) {
    start_both();
    const auto refused = move(KeyAlgorithm::ec_p256, false);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message, HasSubstr("only one made with --wrappable"));
    EXPECT_THAT(refused.error().detail, HasSubstr("CKR_KEY_UNEXTRACTABLE"));
    EXPECT_TRUE(wait(second->list_keys())->keys.empty());
}

TEST_F(KeyTransfer, WhatIsChangedOnTheWayIsNotStored) {
    start_both();
    const auto made = wait(token->generate({KeyAlgorithm::ec_p256, "contract", key_id, true}));
    const auto wrapping = wait(second->make_wrapping_key());
    auto wrapped = wait(token->wrap({key_id, wrapping->spki})).value();
    wrapped.wrapped_key[20] ^= 1;
    EXPECT_FALSE(wait(second->unwrap({wrapped.wrapped_secret, wrapped.wrapped_key, "contract", key_id, made->spki})));
    EXPECT_TRUE(wait(second->list_keys())->keys.empty());
}

TEST_F(KeyTransfer, AnotherKeyThanTheOneAnnouncedIsNotStored) {
    start_both();
    const auto made = wait(token->generate({KeyAlgorithm::ec_p256, "contract", key_id, true}));
    const auto wrapping = wait(second->make_wrapping_key());
    const auto wrapped = wait(token->wrap({key_id, wrapping->spki})).value();
    const auto other = PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key().to_der();
    const auto refused = wait(second->unwrap({wrapped.wrapped_secret, wrapped.wrapped_key, "contract", key_id, other}));
    EXPECT_EQ(refused.error().rule, "wrong-token");
    EXPECT_TRUE(wait(second->list_keys())->keys.empty());
}

TEST_F(KeyTransfer, AWrappingKeyIsGoodForOneTransfer) {
    start_both();
    ASSERT_TRUE(move(KeyAlgorithm::ec_p256, true));
    const auto again = wait(second->unwrap({Bytes(384), Bytes(150), "x", {0x55}, spki}));
    EXPECT_THAT(again.error().message, HasSubstr("no key is on its way"));
}

}  // namespace
}  // namespace seald::test
