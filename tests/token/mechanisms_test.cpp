#include "pkcs11/mechanisms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace seald {
namespace {

using token_protocol::Failure;
using token_protocol::SignRequest;

SignRequest request(KeyAlgorithm algorithm, SignatureScheme scheme, DigestAlgorithm digest) {
    return {{1}, algorithm, scheme, Digest::of(digest, as_bytes("x"))};
}

TEST(Mechanisms, KeyAndSchemeMustBelongTogether) {
    for (const auto& wrong : {request(KeyAlgorithm::rsa_2048, SignatureScheme::ecdsa, DigestAlgorithm::sha256),
                              request(KeyAlgorithm::ec_p256, SignatureScheme::rsa_pkcs1, DigestAlgorithm::sha256),
                              request(KeyAlgorithm::ec_p384, SignatureScheme::rsa_pss, DigestAlgorithm::sha256)}) {
        EXPECT_EQ(signing_input(wrong).error().failure, Failure::bad_request);
    }
    const auto edwards = request(KeyAlgorithm::ed25519, SignatureScheme::ecdsa, DigestAlgorithm::sha256);
    EXPECT_EQ(signing_input(edwards).error().failure, Failure::unsupported);
    EXPECT_EQ(generation_input(KeyAlgorithm::ed25519).error().failure, Failure::unsupported);
}

TEST(Mechanisms, EcdsaGetsAsManyBytesAsTheOrderHas) {
    const auto long_digest = request(KeyAlgorithm::ec_p256, SignatureScheme::ecdsa, DigestAlgorithm::sha512);
    EXPECT_EQ(signing_input(long_digest)->data.size(), 32U);
    const auto short_digest = request(KeyAlgorithm::ec_p384, SignatureScheme::ecdsa, DigestAlgorithm::sha256);
    EXPECT_EQ(signing_input(short_digest)->data.size(), 32U);
}

TEST(Mechanisms, PssSaltIsAsLongAsTheDigest) {
    const auto input =
        signing_input(request(KeyAlgorithm::rsa_2048, SignatureScheme::rsa_pss, DigestAlgorithm::sha384));
    EXPECT_EQ(input->mechanism, CKM_RSA_PKCS_PSS);
    EXPECT_EQ(input->pss->sLen, 48U);
    EXPECT_EQ(input->pss->hashAlg, CKM_SHA384);
    EXPECT_EQ(input->pss->mgf, CKG_MGF1_SHA384);
    EXPECT_EQ(input->mechanism_for_call().ulParameterLen, sizeof(CK_RSA_PKCS_PSS_PARAMS));
}

TEST(Mechanisms, ASignatureOfTheWrongLengthIsRefused) {
    for (const std::size_t size : {0U, 63U, 65U, 96U}) {
        EXPECT_EQ(finished_signature(KeyAlgorithm::ec_p256, Bytes(size, 1)).error().failure, Failure::token_failed);
    }
    EXPECT_FALSE(finished_signature(KeyAlgorithm::rsa_3072, Bytes(256, 1)).has_value());
    EXPECT_TRUE(finished_signature(KeyAlgorithm::rsa_3072, Bytes(384, 1)).has_value());
}

TEST(Mechanisms, EcdsaHalvesBecomeDerIntegers) {
    Bytes raw(64, 0);
    raw[31] = 0x80;  // r = 128 needs a leading zero in DER
    raw[63] = 0x01;
    EXPECT_EQ(encode_hex(*finished_signature(KeyAlgorithm::ec_p256, raw)), "300702020080020101");
}

TEST(Ckr, NamesTheCodeAndSaysWhatToDo) {
    const auto reply = to_reply(failed_call("C_Login", CKR_PIN_LOCKED));
    EXPECT_EQ(reply.failure, Failure::pin_locked);
    EXPECT_EQ(reply.call, "C_Login");
    EXPECT_EQ(reply.ckr, "CKR_PIN_LOCKED (0xa4)");
    EXPECT_THAT(reply.words, ::testing::HasSubstr("PUK"));
    EXPECT_EQ(ckr_name(0x80000123), "0x80000123");
    EXPECT_EQ(failed_call("C_Sign", 0x80000123).failure, Failure::token_failed);
}

}  // namespace
}  // namespace seald
