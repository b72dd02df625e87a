// Checkpoints as C2SP tlog-checkpoint: a signed note (C2SP signed-note) whose text is "origin\nsize\nbase64(root)\n",
// signed with the ledger's Ed25519 key. Key ids and verifier keys are as in signed-note: "<name>+<hash>+<base64 key>".
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/keys.hpp"
#include "core/merkle.hpp"

namespace seald {

struct NoteSignature {
    std::string name;
    std::uint32_t key_id = 0;
    Bytes signature;
};
struct SignedNote {
    std::string text;  // ends with a newline
    std::vector<NoteSignature> signatures;
    static Result<SignedNote> decode(std::string_view note);  // malformed
    std::string encode() const;
};

// Verifier key: who signs and with what.
class NoteVerifier {
  public:
    static Result<NoteVerifier> decode(std::string_view vkey);  // "name+hhhhhhhh+base64"
    const std::string& name() const { return name_; }
    std::string encode() const;
    Result<void> verify(const SignedNote& note) const;  // verification_failed: not signed by this key, or a bad signature

  private:
    friend class NoteSigner;
    NoteVerifier(std::string name, PublicKey key);
    std::string name_;
    PublicKey key_;
    std::uint32_t key_id_;
};

class NoteSigner {
  public:
    static Result<NoteSigner> make(std::string name, PrivateKey key);  // Ed25519 only; the name has no blank and no '+'
    const NoteVerifier& verifier() const { return verifier_; }
    SignedNote sign(std::string text) const;

  private:
    NoteSigner(NoteVerifier verifier, PrivateKey key) : verifier_(std::move(verifier)), key_(std::move(key)) {}
    NoteVerifier verifier_;
    PrivateKey key_;
};

struct Checkpoint {
    std::string origin;
    std::uint64_t size = 0;
    TreeHash root{};
    std::string to_text() const;
    static Result<Checkpoint> from_text(std::string_view text);  // extension lines are allowed and ignored
};

// Decodes, verifies the ledger key's signature, and checks the origin: what `sealctl` does with any checkpoint.
Result<Checkpoint> open_checkpoint(std::string_view note, const NoteVerifier& key);

}  // namespace seald
