#include "pkcs11/enrolled_token.hpp"

#include <openssl/rand.h>

#include <stdexcept>

#include "core/certificate.hpp"
#include "core/keys.hpp"
#include "pkcs11/keys.hpp"
#include "pkcs11/signing.hpp"
#include "pkcs11/token.hpp"

namespace seald {
namespace {

using token_protocol::ExpectedToken;
using token_protocol::Failure;

constexpr std::string_view remedy = "insert the enrolled token; the PIN was not sent";

Outcome<void> compare(std::string_view what, const std::string& wanted, const std::string& there) {
    if (wanted.empty() || wanted == there) return {};
    return refused(Failure::wrong_token, "another device is there: its " + std::string(what) + " is " + printable(there) +
                                             " instead of " + wanted + "; " + std::string(remedy));
}

Outcome<void> compare_key(const Bytes& wanted, const Bytes& there, std::string_view what) {
    if (there.empty() || there == wanted) return {};
    return refused(Failure::wrong_token, "another device is there: the " + std::string(what) +
                                             " it shows is not the enrolled one's; " + std::string(remedy));
}

// Empty when it cannot be read: then the challenge decides.
Bytes key_in_certificate(const Session& session, CK_OBJECT_HANDLE object) {
    const auto value = read_attribute(session, object, CKA_VALUE);
    if (!value || !*value) return {};
    const auto certificate = Certificate::from_der(**value);
    if (!certificate) return {};
    const auto key = certificate->public_key();
    return key ? key->to_der() : Bytes();
}

Digest random_challenge() {
    constexpr std::string_view prefix = "seald: is this the enrolled token? ";
    Bytes text(prefix.begin(), prefix.end());
    text.resize(prefix.size() + 32);
    if (RAND_bytes(text.data() + prefix.size(), 32) != 1) throw std::runtime_error("RAND_bytes");
    return Digest::of(DigestAlgorithm::sha256, text);
}

}  // namespace

Outcome<void> check_device(const CK_TOKEN_INFO& info, const ExpectedToken& expected) {
    const auto there = describe(info, false);
    if (auto same = compare("serial number", expected.serial, there.serial); !same) return same;
    if (auto same = compare("manufacturer", expected.manufacturer, there.manufacturer); !same) return same;
    return compare("model", expected.model, there.model);
}

Outcome<void> check_shown_key(const Session& session, const ExpectedToken& expected) {
    if (expected.spki.empty()) return {};
    auto keys = find_by_id(session, CKO_PUBLIC_KEY, expected.key_id, 2);
    if (!keys) return keys.error();
    for (const auto object : *keys) {
        auto spki = read_spki(session, object);
        if (!spki) return spki.error();
        if (auto same = compare_key(expected.spki, *spki, "key"); !same) return same;
    }
    auto certificates = find_by_id(session, CKO_CERTIFICATE, expected.key_id, 4);
    if (!certificates) return certificates.error();
    for (const auto object : *certificates) {
        if (auto same = compare_key(expected.spki, key_in_certificate(session, object), "certificate"); !same) return same;
    }
    return {};
}

Outcome<void> challenge(const Session& session, const Secret* pin, const ExpectedToken& expected) {
    if (expected.spki.empty()) return {};
    const auto key = PublicKey::from_der(expected.spki);
    if (!key) return refused(Failure::bad_request, "the enrolled key is of a kind that seald does not know");
    const auto scheme = document_scheme(key->algorithm());
    if (!scheme) return refused(Failure::bad_request, scheme.error().message);
    const token_protocol::SignRequest request{expected.key_id, key->algorithm(), *scheme, random_challenge()};
    auto signature = sign_once(session, request, pin);
    if (!signature && signature.error().failure != Failure::key_not_found) return signature.error();
    if (signature && key->verify_digest(request.digest, request.scheme, *signature)) return {};
    return refused(Failure::wrong_token,
                   "the device took the PIN but cannot sign with the enrolled key: it is not the enrolled token, or the key "
                   "was removed from it; it was logged out");
}

}  // namespace seald
