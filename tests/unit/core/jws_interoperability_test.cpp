// Against RFC vectors and the program jose.
#include <gtest/gtest.h>
#include <openssl/core_names.h>

#include "core/jws.hpp"
#include "core/openssl.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

using testing::TempFolder;
using testing::test_key;

constexpr std::string_view typ = "seal-approval+jwt";

Result<void> check(std::string_view compact, const PublicKey& key) {
    const auto jws = decode_jws(compact);
    if (!jws) return jws.error();
    return verify_jws(*jws, key);
}

PublicKey p256_key(std::string_view x, std::string_view y) {
    const std::string hex = testing::p256_spki_prefix + "04" + encode_hex(decode_base64url(x).value()) +
                            encode_hex(decode_base64url(y).value());
    return PublicKey::from_der(decode_hex(hex).value()).value();
}

// The public key as a JWK, for tools that want one.
std::string jwk_of(const PublicKey& key) {
    if (key.algorithm() == KeyAlgorithm::rsa_2048) {
        const auto number = [&](const char* name) {
            BIGNUM* value = nullptr;
            EVP_PKEY_get_bn_param(key.evp(), name, &value);
            Bytes bytes(static_cast<std::size_t>(BN_num_bytes(value)));
            BN_bn2bin(value, bytes.data());
            BN_free(value);
            return encode_base64url(bytes);
        };
        return R"({"kty":"RSA","n":")" + number(OSSL_PKEY_PARAM_RSA_N) + R"(","e":")" + number(OSSL_PKEY_PARAM_RSA_E) +
               "\"}";
    }
    const bool p256 = key.algorithm() == KeyAlgorithm::ec_p256;
    const std::ptrdiff_t half = p256 ? 32 : 48;
    const Bytes der = key.to_der();
    return R"({"kty":"EC","crv":")" + std::string(p256 ? "P-256" : "P-384") + R"(","x":")" +
           encode_base64url(Bytes(der.end() - 2 * half, der.end() - half)) + R"(","y":")" +
           encode_base64url(Bytes(der.end() - half, der.end())) + "\"}";
}

// --- vectors --------------------------------------------------------------------------------------------------------

// RFC 7515 appendix A.3.
TEST(Jws, VerifiesTheEs256ExampleOfRfc7515) {
    const auto key =
        p256_key("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0");
    const auto jws = decode_jws(
        "eyJhbGciOiJFUzI1NiJ9."
        "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVl"
        "fQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
    ASSERT_TRUE(jws) << jws.error().message;
    EXPECT_TRUE(verify_jws(*jws, key));
    EXPECT_EQ(jws->payload, "{\"iss\":\"joe\",\r\n \"exp\":1300819380,\r\n \"http://example.com/is_root\":true}");
    EXPECT_EQ(jws->kid, "");
    EXPECT_EQ(jws->typ, "");
}

// RFC 8037 appendix A.4.
TEST(Jws, VerifiesTheEddsaExampleOfRfc8037) {
    const auto key = PublicKey::from_der(
        decode_hex("302a300506032b6570032100d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a").value());
    const auto jws = decode_jws(
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
        "09PGcvMg3AIbQR6dWbhijcNR4ki4"
        "iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    ASSERT_TRUE(jws) << jws.error().message;
    EXPECT_TRUE(verify_jws(*jws, key.value()));
    EXPECT_EQ(jws->payload, "Example of Ed25519 signing");
}

// --- our own and jose's ---------------------------------------------------------------------------------------------

TEST(Jws, OursAreVerifiedByJose) {
    const TempFolder folder;
    for (const auto kind : {KeyAlgorithm::ec_p256, KeyAlgorithm::ec_p384, KeyAlgorithm::rsa_2048}) {
        const std::string compact = sign_jws("{\"a\":1}", typ, test_key(kind)).value();
        folder.write("token", compact);
        folder.write("key.jwk", jwk_of(test_key(kind).public_key()));
        const auto verified = folder.run("jose jws ver -i token -k key.jwk -O -");
        EXPECT_EQ(verified.status, 0) << verified.output;
        EXPECT_EQ(verified.output, "{\"a\":1}");
        std::string changed = compact;
        const std::size_t in_payload = compact.find('.') + 2;
        changed[in_payload] = changed[in_payload] == 'A' ? 'B' : 'A';
        folder.write("token", changed);
        EXPECT_NE(folder.run("jose jws ver -i token -k key.jwk").status, 0);
    }
}

TEST(Jws, JosesAreVerifiedByUs) {
    const TempFolder folder;
    folder.write("payload", "{\"b\":2}");
    for (const std::string curve : {"P-256", "P-384"}) {
        const std::string alg = curve == "P-256" ? "ES256" : "ES384";
        const auto made =
            folder.run("jose jwk gen -i '{\"alg\":\"" + alg + "\"}' -o k.jwk && jose jws sig -I payload -k k.jwk -s " +
                       "'{\"protected\":{\"alg\":\"" + alg + "\",\"typ\":\"seal-approval+jwt\"}}' -c -o token");
        ASSERT_EQ(made.status, 0) << made.output;
        const auto x = folder.run("jq -rj .x k.jwk").output, y = folder.run("jq -rj .y k.jwk").output;
        const std::string prefix = curve == "P-256" ? testing::p256_spki_prefix : testing::p384_spki_prefix;
        const auto key = PublicKey::from_der(decode_hex(prefix + "04" + encode_hex(decode_base64url(x).value()) +
                                                        encode_hex(decode_base64url(y).value()))
                                                 .value());
        const auto verified = check(folder.read("token"), key.value());
        EXPECT_TRUE(verified) << alg << ": " << verified.error().message;
    }
}

TEST(Jws, Rs256AndPs256OfJoseAreVerifiedByUs) {
    const TempFolder folder;
    folder.write("payload", "{\"b\":2}");
    const auto generated = folder.run("jose jwk gen -i '{\"kty\":\"RSA\",\"bits\":2048}' -o k.jwk");
    ASSERT_EQ(generated.status, 0) << generated.output;
    const auto number = [&](const std::string& name) {
        const Bytes bytes = decode_base64url(folder.run("jq -rj ." + name + " k.jwk").output).value();
        return BigNumber(BN_bin2bn(bytes.data(), static_cast<int>(bytes.size()), nullptr));
    };
    // The modulus goes in at a fixed offset of the SubjectPublicKeyInfo of any RSA-2048 key with exponent 65537.
    Bytes der = test_key(KeyAlgorithm::rsa_2048).public_key().to_der();
    ASSERT_EQ(BN_bn2binpad(number("n").get(), der.data() + der.size() - 5 - 256, 256), 256);
    const PublicKey key = PublicKey::from_der(der).value();
    for (const std::string alg : {"RS256", "PS256"}) {
        const auto made =
            folder.run("jose jws sig -I payload -k k.jwk -s '{\"protected\":{\"alg\":\"" + alg + "\"}}' -c -o token");
        ASSERT_EQ(made.status, 0) << made.output;
        const auto verified = check(folder.read("token"), key);
        EXPECT_TRUE(verified) << alg << ": " << verified.error().message;
    }
}

}  // namespace
}  // namespace seald
