#include "pkcs11/keys.hpp"

#include <cstring>

#include "pkcs11/mechanisms.hpp"
#include "pkcs11/token.hpp"

namespace seald {
namespace {

using token_protocol::Failure;
using token_protocol::GeneratedKey;
using token_protocol::GenerateRequest;
using token_protocol::KeyInfo;
using token_protocol::KeyList;

Outcome<KeyInfo> read_key(const Session& session, CK_OBJECT_HANDLE private_key) {
    KeyInfo info;
    auto id = read_attribute(session, private_key, CKA_ID);
    if (!id) return id.error();
    auto label = read_attribute(session, private_key, CKA_LABEL);
    if (!label) return label.error();
    info.key_id = id->value_or(Bytes());
    if (*label) info.label = printable(std::string(as_text(**label)).substr(0, token_protocol::max_label_bytes));
    auto public_keys = find_by_id(session, CKO_PUBLIC_KEY, info.key_id, 1);
    if (!public_keys) return public_keys.error();
    if (public_keys->empty()) return info;
    auto spki = read_spki(session, public_keys->front());
    if (!spki) return spki.error();
    info.spki = std::move(*spki);
    return info;
}

enum class Lifetime { token, session };

Outcome<KeyPair> generate_pair(const Session& session, const GenerateRequest& request, GenerationInput input,
                               Lifetime lifetime) {
    CK_BBOOL yes = CK_TRUE, extractable = request.wrappable ? CK_TRUE : CK_FALSE;
    CK_BBOOL stored = lifetime == Lifetime::token ? CK_TRUE : CK_FALSE;
    std::array<CK_BYTE, 3> exponent{1, 0, 1};  // 65537
    std::string label = request.label;
    Bytes id = request.key_id;
    std::vector<CK_ATTRIBUTE> public_part{{CKA_TOKEN, &stored, sizeof stored},
                                          {CKA_VERIFY, &yes, sizeof yes},
                                          {CKA_ID, id.data(), id.size()},
                                          {CKA_LABEL, label.data(), label.size()}};
    if (input.modulus_bits > 0) {
        public_part.push_back({CKA_MODULUS_BITS, &input.modulus_bits, sizeof input.modulus_bits});
        public_part.push_back({CKA_PUBLIC_EXPONENT, exponent.data(), exponent.size()});
    } else {
        public_part.push_back({CKA_EC_PARAMS, input.ec_parameters.data(), input.ec_parameters.size()});
    }
    std::vector<CK_ATTRIBUTE> private_part{{CKA_TOKEN, &stored, sizeof stored},          {CKA_PRIVATE, &yes, sizeof yes},
                                           {CKA_SENSITIVE, &yes, sizeof yes},      {CKA_EXTRACTABLE, &extractable, sizeof extractable},
                                           {CKA_SIGN, &yes, sizeof yes},           {CKA_ID, id.data(), id.size()},
                                           {CKA_LABEL, label.data(), label.size()}};
    CK_MECHANISM mechanism{input.mechanism, nullptr, 0};
    KeyPair pair;
    const auto ckr =
        session.api().C_GenerateKeyPair(session.handle(), &mechanism, public_part.data(), public_part.size(),
                                        private_part.data(), private_part.size(), &pair.public_key, &pair.private_key);
    if (ckr != CKR_OK) return failed_call("C_GenerateKeyPair", ckr);
    return pair;
}

}  // namespace

Outcome<void> check_id_is_free(const Session& session, BytesView key_id) {
    if (key_id.empty()) return refused(Failure::bad_request, "a key needs an id");
    for (const CK_OBJECT_CLASS kind : {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY}) {
        auto there = find_by_id(session, kind, key_id, 1);
        if (!there) return there.error();
        if (!there->empty()) {
            return refused(Failure::bad_request, "the token has a key with the id " + encode_hex(key_id) + " already");
        }
    }
    return {};
}

// What cannot be read counts as the worse of the two.
Outcome<GeneratedKey> read_back(const Session& session, const KeyPair& pair, bool wrappable) {
    GeneratedKey made;
    const std::tuple<CK_ATTRIBUTE_TYPE, bool*, bool> flags[] = {{CKA_SENSITIVE, &made.sensitive, false},
                                                                {CKA_ALWAYS_SENSITIVE, &made.always_sensitive, false},
                                                                {CKA_EXTRACTABLE, &made.extractable, true},
                                                                {CKA_NEVER_EXTRACTABLE, &made.never_extractable, false},
                                                                {CKA_LOCAL, &made.local, false}};
    for (const auto& [type, target, worse] : flags) {
        auto value = read_flag(session, pair.private_key, type);
        if (!value) return value.error();
        *target = value->value_or(worse);
    }
    if (!made.sensitive || (made.extractable && !wrappable)) {
        return refused(Failure::unsupported,
                       "the token made a key that can be read out of it (not CKA_SENSITIVE, or CKA_EXTRACTABLE): "
                       "this token cannot hold seals");
    }
    auto spki = read_spki(session, pair.public_key);
    if (!spki) return spki.error();
    if (spki->empty()) return refused(Failure::token_failed, "the token made a public key that cannot be read");
    made.spki = std::move(*spki);
    return made;
}

void destroy_pair(const Session& session, const KeyPair& pair, TokenError& reason) {
    for (const auto object : {pair.private_key, pair.public_key}) {
        if (object == 0) continue;
        const auto ckr = session.api().C_DestroyObject(session.handle(), object);
        if (ckr != CKR_OK) reason.words += "; destroying it failed: " + ckr_name(ckr);
    }
}

Outcome<FoundKey> find_private_key(const Session& session, BytesView key_id) {
    auto found = find_by_id(session, CKO_PRIVATE_KEY, key_id, 2);
    if (!found) return found.error();
    if (found->empty()) return refused(Failure::key_not_found, "no private key has the id " + encode_hex(key_id));
    if (found->size() > 1) {
        return refused(Failure::token_failed, "two private keys have the id " + encode_hex(key_id) + ": remove one");
    }
    auto always = read_flag(session, found->front(), CKA_ALWAYS_AUTHENTICATE);
    if (!always) return always.error();
    return FoundKey{found->front(), always->value_or(false)};
}

Outcome<bool> any_key_wants_its_pin(const Session& session) {
    auto found = find_by_class(session, CKO_PRIVATE_KEY, token_protocol::max_listed_keys);
    if (!found) return found.error();
    for (const auto object : *found) {
        auto always = read_flag(session, object, CKA_ALWAYS_AUTHENTICATE);
        if (!always) return always.error();
        if (always->value_or(false)) return true;
    }
    return false;
}

Outcome<token_protocol::SignatureCount> read_signature_count(const Session& session, const token_protocol::CountRequest& request) {
    const auto key = find_private_key(session, request.key_id);
    if (!key) return key.error();
    const auto value = read_attribute(session, key->object, static_cast<CK_ATTRIBUTE_TYPE>(request.attribute));
    if (!value) return value.error();
    CK_ULONG count = 0;
    if (!*value || (*value)->size() != sizeof count)
        return refused(Failure::unsupported, "the key has no such attribute, or none that is a number: see signature_counter in the configuration");
    std::memcpy(&count, (*value)->data(), sizeof count);
    return token_protocol::SignatureCount{count};
}

Outcome<KeyList> list_keys(const Session& session) {
    auto found = find_by_class(session, CKO_PRIVATE_KEY, token_protocol::max_listed_keys + 1);
    if (!found) return found.error();
    if (found->size() > token_protocol::max_listed_keys) {
        return refused(Failure::unsupported,
                       "the token has more than " + std::to_string(token_protocol::max_listed_keys) + " private keys");
    }
    KeyList list;
    for (const auto object : *found) {
        auto key = read_key(session, object);
        if (!key) return key.error();
        // A key without an id, or with one that no request could name, cannot be a seal's.
        if (!key->key_id.empty() && key->key_id.size() <= token_protocol::max_key_id_bytes) list.keys.push_back(*key);
    }
    return list;
}

Outcome<GeneratedKey> generate_key(const Session& session, const GenerateRequest& request) {
    auto input = generation_input(request.algorithm);
    if (!input) return input.error();
    if (auto is_free = check_id_is_free(session, request.key_id); !is_free) return is_free.error();
    auto pair = generate_pair(session, request, std::move(*input), Lifetime::token);
    if (!pair) return pair.error();
    auto made = read_back(session, *pair, request.wrappable);
    if (made) return made;
    auto reason = made.error();
    destroy_pair(session, *pair, reason);
    return reason;
}

Outcome<void> generate_temporary_key(const Session& session, KeyAlgorithm algorithm, const Bytes& key_id) {
    auto input = generation_input(algorithm);
    if (!input) return input.error();
    auto pair = generate_pair(session, {algorithm, "seald probe", key_id, false}, std::move(*input), Lifetime::session);
    if (!pair) return pair.error();
    return {};
}

}  // namespace seald
