#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

#include "core/checkpoint.hpp"
#include "core/note_text.hpp"
#include "core/openssl.hpp"
#include "core/utf8.hpp"

namespace seald {
namespace {

// signed-note: "Verifiers SHOULD apply a maximum limit to the number of signatures in a note (or, equivalently, to the
// overall size of a note), but MUST accept at least up to 16 signatures."
constexpr std::size_t kMaxNote = 1024 * 1024;
constexpr std::size_t kMaxSignatures = 100;
constexpr std::string_view kSignatureStart = "\u2014 ";  // em dash, space
constexpr std::uint8_t kEd25519 = 0x01;                  // the signature type identifier byte
constexpr std::size_t kEd25519KeySize = 32;
constexpr std::size_t kEd25519SignatureSize = 64;
constexpr std::size_t kKeyIdSize = 4;

// "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus (U+002B) characters."
bool is_key_name(std::string_view name) {
    if (name.empty()) return false;
    while (!name.empty()) {
        auto c = take_code_point(name);
        if (!c || *c < 0x20 || *c == '+' || is_space(*c)) return false;
    }
    return true;
}

std::uint32_t read_key_id(BytesView bytes) {
    return std::uint32_t{bytes[0]} << 24 | std::uint32_t{bytes[1]} << 16 | std::uint32_t{bytes[2]} << 8 | bytes[3];
}

std::array<std::uint8_t, kKeyIdSize> write_key_id(std::uint32_t id) {
    return {static_cast<std::uint8_t>(id >> 24), static_cast<std::uint8_t>(id >> 16),
            static_cast<std::uint8_t>(id >> 8), static_cast<std::uint8_t>(id)};
}

// The signature type byte and the key, as both the key id and the verifier key have it.
Bytes typed_key(const PublicKey& key) {
    Bytes typed(1 + kEd25519KeySize, kEd25519);
    std::size_t length = kEd25519KeySize;
    if (EVP_PKEY_get_raw_public_key(key.evp(), typed.data() + 1, &length) != 1 || length != kEd25519KeySize) {
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

// One line without its newline: em dash, space, key name, space, base64(key id || signature).
Result<NoteSignature> decode_signature(std::string_view line) {
    Error problem = malformed("a signature line of the note is malformed");
    if (!line.starts_with(kSignatureStart)) return problem;
    line.remove_prefix(kSignatureStart.size());
    std::size_t blank = line.find(' ');
    if (blank == line.npos || !is_key_name(line.substr(0, blank))) return problem;
    auto bytes = decode_base64(line.substr(blank + 1));
    if (!bytes || bytes->size() <= kKeyIdSize) return problem;
    return NoteSignature{.name = std::string(line.substr(0, blank)),
                         .key_id = read_key_id(*bytes),
                         .signature = Bytes(bytes->begin() + kKeyIdSize, bytes->end())};
}

bool same_key(const NoteSignature& a, const NoteSignature& b) { return a.key_id == b.key_id && a.name == b.name; }

using Context = Openssl<EVP_MD_CTX, EVP_MD_CTX_free>;

bool is_signed(EVP_PKEY* key, std::string_view text, BytesView signature) {
    Context context(EVP_MD_CTX_new());
    BytesView content = as_bytes(text);
    bool good =
        context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
        EVP_DigestVerify(context.get(), signature.data(), signature.size(), content.data(), content.size()) == 1;
    if (!good) ERR_clear_error();
    return good;
}

}  // namespace

Result<SignedNote> SignedNote::decode(std::string_view note) {
    if (note.size() > kMaxNote) return malformed("the note is longer than 1 MiB");
    if (!is_note_text(note)) return malformed("the note is not UTF-8, or has control characters");
    std::size_t split = note.rfind("\n\n");
    if (split == note.npos || !note.ends_with('\n')) return malformed("the note has no signatures");
    SignedNote result{.text = std::string(note.substr(0, split + 1)), .signatures = {}};
    std::string_view rest = note.substr(split + 2);
    if (rest.empty()) return malformed("the note has no signatures");
    while (auto line = take_line(rest)) {
        auto signature = decode_signature(*line);
        if (!signature) return signature.error();
        auto same = [&](const NoteSignature& other) { return same_key(other, *signature); };
        if (std::any_of(result.signatures.begin(), result.signatures.end(), same)) {
            return malformed("the note has two signatures of one key");
        }
        if (result.signatures.size() == kMaxSignatures) return malformed("the note has more than 100 signatures");
        result.signatures.push_back(std::move(*signature));
    }
    return result;
}

std::string SignedNote::encode() const {
    std::string note = text + "\n";
    for (const NoteSignature& signature : signatures) {
        auto id = write_key_id(signature.key_id);
        Bytes bytes(id.begin(), id.end());
        bytes.insert(bytes.end(), signature.signature.begin(), signature.signature.end());
        note.append(kSignatureStart).append(signature.name).append(" ").append(encode_base64(bytes)).append("\n");
    }
    return note;
}

NoteVerifier::NoteVerifier(std::string name, PublicKey key)
    : name_(std::move(name)), key_(std::move(key)), key_id_(compute_key_id(name_, typed_key(key_))) {}

Result<NoteVerifier> NoteVerifier::decode(std::string_view vkey) {
    Error problem = malformed("not a verifier key: these look like name+0a1b2c3d+base64");
    std::size_t first = vkey.find('+');
    if (first == vkey.npos || vkey.size() < first + 10 || vkey[first + 9] != '+') return problem;
    std::string_view name = vkey.substr(0, first);
    auto id = decode_hex(vkey.substr(first + 1, 2 * kKeyIdSize));
    auto typed = decode_base64(vkey.substr(first + 10));
    if (!is_key_name(name) || !id || !typed || typed->empty()) return problem;
    if (typed->front() != kEd25519) return unacceptable("the verifier key is not an Ed25519 key");
    if (typed->size() != 1 + kEd25519KeySize) return problem;
    EvpKey raw(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, typed->data() + 1, kEd25519KeySize));
    if (!raw) {
        ERR_clear_error();
        return problem;
    }
    auto key = PublicKey::from_evp(std::move(raw));
    if (!key) return key.error();
    NoteVerifier verifier(std::string(name), std::move(*key));
    if (verifier.key_id_ != read_key_id(*id)) return malformed("the verifier key does not match its key id");
    return verifier;
}

std::string NoteVerifier::encode() const {
    return name_ + "+" + encode_hex(write_key_id(key_id_)) + "+" + encode_base64(typed_key(key_));
}

// "Verifiers MUST ignore signatures from unknown keys, even if they share a name or ID (but not both) with a known
// key."
Result<void> NoteVerifier::verify(const SignedNote& note) const {
    auto ours = [&](const NoteSignature& s) { return s.key_id == key_id_ && s.name == name_; };
    auto found = std::find_if(note.signatures.begin(), note.signatures.end(), ours);
    if (found == note.signatures.end()) return verification_failed("the note is not signed by the key of " + name_);
    if (!is_signed(key_.evp(), note.text, found->signature)) {
        return verification_failed("the note's signature by " + name_ + " is wrong");
    }
    return {};
}

Result<NoteSigner> NoteSigner::make(std::string name, PrivateKey key) {
    if (!is_key_name(name)) return malformed("not a note key name: not empty, no blanks, no '+', valid UTF-8");
    if (key.algorithm() != KeyAlgorithm::ed25519) return unacceptable("notes are signed with an Ed25519 key only");
    NoteVerifier verifier(std::move(name), key.public_key());
    return NoteSigner(std::move(verifier), std::move(key));
}

SignedNote NoteSigner::sign(std::string text) const {
    if (!text.ends_with('\n') || !is_note_text(text)) throw std::logic_error("not the text of a note");
    Context context(EVP_MD_CTX_new());
    Bytes signature(kEd25519SignatureSize);
    std::size_t length = signature.size();
    BytesView content = as_bytes(text);
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.evp()) != 1 ||
        EVP_DigestSign(context.get(), signature.data(), &length, content.data(), content.size()) != 1) {
        throw_openssl("EVP_DigestSign");
    }
    signature.resize(length);
    return {.text = std::move(text),
            .signatures = {{.name = verifier_.name_, .key_id = verifier_.key_id_, .signature = std::move(signature)}}};
}

}  // namespace seald
