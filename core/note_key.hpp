// Keys of signed notes (C2SP signed-note), whatever they sign: their names, ids and text form "name+hash+base64", and
// the signature lines made with them. Ed25519 only; the type byte says what a signature means.
#pragma once
#include <string>
#include <string_view>

#include "core/checkpoint.hpp"

namespace seald {

enum class NoteKeyType : std::uint8_t {
    ed25519 = 0x01,       // of the note's text
    cosignature = 0x04,   // C2SP tlog-cosignature v1: of a time and the text
};

struct NoteKey {
    std::string name;
    PublicKey key;
    std::uint32_t id;

    // malformed: no verifier key; unacceptable: one of another type.
    static Result<NoteKey> decode(std::string_view vkey, NoteKeyType type);
    static NoteKey of(std::string name, PublicKey key, NoteKeyType type);
    std::string encode(NoteKeyType type) const;
    bool made(const NoteSignature& signature) const { return signature.key_id == id && signature.name == name; }
};

// "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus (U+002B) characters."
bool is_note_key_name(std::string_view name);

// One signature line without its newline: em dash, space, key name, space, base64(key id || signature).
Result<NoteSignature> decode_note_signature(std::string_view line);
std::string encode_note_signature(const NoteSignature& signature);

Bytes sign_with_ed25519(const PrivateKey& key, std::string_view message);
bool is_signed_with_ed25519(const PublicKey& key, std::string_view message, BytesView signature);

}  // namespace seald
