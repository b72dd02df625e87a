#include "core/note_key.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

#include "core/openssl.hpp"
#include "core/utf8.hpp"

namespace seald {
namespace {

constexpr std::string_view kSignatureStart = "\u2014 ";  // em dash, space
constexpr std::size_t kKeySize = 32;
constexpr std::size_t kSignatureSize = 64;
constexpr std::size_t kKeyIdSize = 4;

using Context = Openssl<EVP_MD_CTX, EVP_MD_CTX_free>;

std::uint32_t read_key_id(BytesView bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::array<std::uint8_t, kKeyIdSize> write_key_id(std::uint32_t id) {
    return {static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
            static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
}

// The signature type byte and the key, as both the key id and the verifier key have it.
Bytes typed_key(const PublicKey& key, NoteKeyType type) {
    Bytes typed(1 + kKeySize, static_cast<std::uint8_t>(type));
    std::size_t length = kKeySize;
    if (EVP_PKEY_get_raw_public_key(key.evp(), typed.data() + 1, &length) != 1 || length != kKeySize) {
        ERR_clear_error();
        throw std::logic_error("a note is signed with an Ed25519 key only");
    }
    return typed;
}

// "key ID = SHA-256(key name || 0x0A || signature type || public key)[:4]"
std::uint32_t compute_key_id(const std::string& name, BytesView typed) {
    Bytes input(name.begin(), name.end());
    input.push_back('\n');
    input.insert(input.end(), typed.begin(), typed.end());
    return read_key_id(Digest::of(DigestAlgorithm::sha256, input).bytes());
}

Error other_type(std::uint8_t found, NoteKeyType wanted) {
    if (wanted == NoteKeyType::cosignature && found == static_cast<std::uint8_t>(NoteKeyType::ed25519))
        return unacceptable("the verifier key is a ledger's (type 1), not a witness's (type 4)");
    if (wanted == NoteKeyType::ed25519 && found == static_cast<std::uint8_t>(NoteKeyType::cosignature))
        return unacceptable("the verifier key is a witness's (type 4), not a ledger's (type 1)");
    return unacceptable("the verifier key is not an Ed25519 key");
}

}  // namespace

bool is_note_key_name(std::string_view name) {
    if (name.empty()) return false;
    while (!name.empty()) {
        auto c = take_code_point(name);
        if (!c || *c < 0x20 || *c == '+' || is_space(*c)) return false;
    }
    return true;
}

Result<NoteSignature> decode_note_signature(std::string_view line) {
    Error problem = malformed("a signature line of the note is malformed");
    if (!line.starts_with(kSignatureStart)) return problem;
    line.remove_prefix(kSignatureStart.size());
    std::size_t blank = line.find(' ');
    if (blank == line.npos || !is_note_key_name(line.substr(0, blank))) return problem;
    auto bytes = decode_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kKeyIdSize) return problem;
    return NoteSignature{.name = std::string(line.substr(0, blank)),
                         .key_id = read_key_id(*bytes),
                         .signature = Bytes(bytes->begin() + kKeyIdSize, bytes->end())};
}

std::string encode_note_signature(const NoteSignature& signature) {
    auto id = write_key_id(signature.key_id);
    Bytes bytes(id.begin(), id.end());
    bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
    return std::string(kSignatureStart) + signature.name + " " + encode_base64(bytes);
}

NoteKey NoteKey::of(std::string name, PublicKey key, NoteKeyType type) {
    const std::uint32_t id = compute_key_id(name, typed_key(key, type));
    return {.name = std::move(name), .key = std::move(key), .id = id};
}

Result<NoteKey> NoteKey::decode(std::string_view vkey, NoteKeyType type) {
    Error problem = malformed("not a verifier key: these look like name+0a1b2c3d+base64");
    std::size_t first = vkey.find('+');
    if (first == vkey.npos || vkey.size() < first + 10 || vkey[first + 9] != '+') return problem;
    std::string_view name = vkey.substr(0, first);
    auto id = decode_hex(vkey.substr(first + 1, 2 * kKeyIdSize));
    auto typed = decode_base64(vkey.substr(first + 10));
    if (!is_note_key_name(name) || !id || !typed || typed->empty()) return problem;
    if (typed->front() != static_cast<std::uint8_t>(type)) return other_type(typed->front(), type);
    if (typed->size() != 1 + kKeySize) return problem;
    EvpKey raw(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, typed->data() + 1, kKeySize));
    if (!raw) {
        ERR_clear_error();
        return problem;
    }
    auto key = PublicKey::from_evp(std::move(raw));
    if (!key) return key.error();
    NoteKey result = of(std::string(name), std::move(*key), type);
    if (result.id != read_key_id(*id)) return malformed("the verifier key does not match its key id");
    return result;
}

std::string NoteKey::encode(NoteKeyType type) const {
    return name + "+" + encode_hex(write_key_id(id)) + "+" + encode_base64(typed_key(key, type));
}

Bytes sign_with_ed25519(const PrivateKey& key, std::string_view message) {
    Context context(EVP_MD_CTX_new());
    Bytes signature(kSignatureSize);
    std::size_t length = signature.size();
    BytesView content = as_bytes(message);
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.evp()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, content.data(), content.size()) != 1) {
        throw_openssl("EVP_DigestSign");
    }
    signature.resize(length);
    return signature;
}

bool is_signed_with_ed25519(const PublicKey& key, std::string_view message, BytesView signature) {
    Context context(EVP_MD_CTX_new());
    BytesView content = as_bytes(message);
    bool good =
        context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.evp()) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), content.data(), content.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

}  // namespace seald
