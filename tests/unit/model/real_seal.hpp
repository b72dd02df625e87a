// A seal with a real key and a real self-signed certificate, for tests.
#pragma once
#include <openssl/evp.h>

#include "daemon/model/seal.hpp"

namespace seald::test {

inline Timestamp at(std::string_view rfc3339) { return decode_rfc3339(rfc3339).value(); }

inline const PrivateKey& seal_key() {
    static const PrivateKey key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    return key;
}

inline Bytes sign_digest(const PrivateKey& key, const Digest& digest) {
    const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(key.evp(), nullptr),
                                                                              &EVP_PKEY_CTX_free);
    Bytes signature(256);
    std::size_t size = signature.size();
    if (EVP_PKEY_sign_init(context.get()) != 1 ||
        EVP_PKEY_sign(context.get(), signature.data(), &size, digest.bytes().data(), digest.bytes().size()) != 1) {
        throw std::runtime_error("EVP_PKEY_sign failed");
    }
    signature.resize(size);
    return signature;
}

inline Certificate seal_certificate(Timestamp from, int days) {
    auto unsigned_one =
        UnsignedCertificate::self_signed(seal_key().public_key(), {"Contract Seal", "Example Ltd"}, from, days).value();
    const Digest digest = unsigned_one.digest();
    return std::move(unsigned_one).with_signature(sign_digest(seal_key(), digest)).value();
}

// Contract seal "contract-1", in force, its certificate valid through 2026.
inline Seal real_seal() {
    static const Certificate certificate = seal_certificate(at("2026-01-01T00:00:00Z"), 365);
    return Seal{.name = SealName::decode("contract-1").value(),
                .kind = SealKind::contract,
                .title = "合同專用章",
                .owner = "Example Ltd",
                .custodian = PersonId::decode("chen.jing").value(),
                .token = TokenName::decode("usb-1").value(),
                .token_serial = "a1b2c3d4e5f60718",
                .algorithm = KeyAlgorithm::ec_p256,
                .key_id = {1},
                .public_key = seal_key().public_key(),
                .state = SealState::in_force,
                .epoch = 0,
                .certificate = certificate,
                .chain = {},
                .filing = Filing{"2026-001", "2026-01-02"},
                .reason = {},
                .made_at = at("2026-01-01T00:00:00Z")};
}

}  // namespace seald::test
