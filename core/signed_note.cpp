#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/checkpoint.hpp"
#include "core/note_key.hpp"
#include "core/note_text.hpp"

namespace seald {
namespace {

// signed-note: "Verifiers SHOULD apply a maximum limit to the number of signatures in a note (or, equivalently, to the
// overall size of a note), but MUST accept at least up to 16 signatures."
constexpr std::size_t kMaxNote = 1024 * 1024;
constexpr std::size_t kMaxSignatures = 100;

bool same_key(const NoteSignature& a, const NoteSignature& b) { return a.key_id == b.key_id && a.name == b.name; }

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
        auto signature = decode_note_signature(*line);
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
    for (const NoteSignature& signature : signatures) note.append(encode_note_signature(signature)).append("\n");
    return note;
}

NoteVerifier::NoteVerifier(std::string name, PublicKey key)
    : name_(std::move(name)), key_(std::move(key)), key_id_(NoteKey::of(name_, key_, NoteKeyType::ed25519).id) {}

Result<NoteVerifier> NoteVerifier::decode(std::string_view vkey) {
    auto key = NoteKey::decode(vkey, NoteKeyType::ed25519);
    if (!key) return key.error();
    return NoteVerifier(std::move(key->name), std::move(key->key));
}

std::string NoteVerifier::encode() const {
    return NoteKey{.name = name_, .key = key_, .id = key_id_}.encode(NoteKeyType::ed25519);
}

// "Verifiers MUST ignore signatures from unknown keys, even if they share a name or ID (but not both) with a known
// key."
Result<void> NoteVerifier::verify(const SignedNote& note) const {
    auto ours = [&](const NoteSignature& s) { return s.key_id == key_id_ && s.name == name_; };
    auto found = std::find_if(note.signatures.begin(), note.signatures.end(), ours);
    if (found == note.signatures.end()) return verification_failed("the note is not signed by the key of " + name_);
    if (!is_signed_with_ed25519(key_, note.text, found->signature)) {
        return verification_failed("the note's signature by " + name_ + " is wrong");
    }
    return {};
}

Result<NoteSigner> NoteSigner::make(std::string name, PrivateKey key) {
    if (!is_note_key_name(name)) return malformed("not a note key name: not empty, no blanks, no '+', valid UTF-8");
    if (key.algorithm() != KeyAlgorithm::ed25519) return unacceptable("notes are signed with an Ed25519 key only");
    NoteVerifier verifier(std::move(name), key.public_key());
    return NoteSigner(std::move(verifier), std::move(key));
}

SignedNote NoteSigner::sign(std::string text) const {
    if (!text.ends_with('\n') || !is_note_text(text)) throw std::logic_error("not the text of a note");
    Bytes signature = sign_with_ed25519(key_, text);
    return {.text = std::move(text),
            .signatures = {{.name = verifier_.name_, .key_id = verifier_.key_id_, .signature = std::move(signature)}}};
}

}  // namespace seald
