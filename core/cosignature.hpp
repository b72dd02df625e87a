// Cosignatures of checkpoints by witnesses: C2SP tlog-cosignature v1 with Ed25519. A witness states that, at a time, this
// was the largest tree of the ledger it had seen, and consistent with all it had seen before.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/note_key.hpp"
#include "core/time.hpp"

namespace seald {

// Who witnesses and with what: a verifier key of type 0x04.
class WitnessKey {
  public:
    static Result<WitnessKey> decode(std::string_view vkey);  // "name+hhhhhhhh+base64"
    const std::string& name() const { return key_.name; }
    const PublicKey& key() const { return key_.key; }
    std::string encode() const { return key_.encode(NoteKeyType::cosignature); }
    bool made(const NoteSignature& signature) const { return key_.made(signature); }
    // When it cosigned this text; verification_failed when it did not.
    Result<Timestamp> verify(std::string_view text, const NoteSignature& signature) const;

  private:
    friend class Cosigner;
    explicit WitnessKey(NoteKey key) : key_(std::move(key)) {}
    NoteKey key_;
};

// The witness's own side.
class Cosigner {
  public:
    static Result<Cosigner> make(std::string name, PrivateKey key);  // Ed25519 only
    const WitnessKey& witness() const { return witness_; }
    const PrivateKey& key() const { return key_; }
    NoteSignature cosign(std::string_view text, Timestamp now) const;  // whole seconds

  private:
    Cosigner(WitnessKey witness, PrivateKey key) : witness_(std::move(witness)), key_(std::move(key)) {}
    WitnessKey witness_;
    PrivateKey key_;
};

// Which witnesses count, and how many of them must have cosigned.
class WitnessPolicy {
  public:
    // unacceptable: no quorum of these, one key twice (it would count twice), or the ledger's own key among them.
    static Result<WitnessPolicy> make(std::vector<WitnessKey> witnesses, std::size_t quorum, const NoteVerifier& ledger);

    struct Cosigned {
        std::string witness;
        Timestamp time;
    };
    struct Judgement {
        std::vector<Cosigned> by;           // in the policy's order
        std::vector<std::string> problems;  // of cosignatures that are wrong
        bool met = false;
        std::string words() const;          // "cosigned by w1 at …, w2 at …: 2 of the 2 that are needed"
        std::size_t quorum = 0;
    };
    Judgement judge(const SignedNote& note) const;
    std::size_t quorum() const { return quorum_; }

  private:
    WitnessPolicy(std::vector<WitnessKey> witnesses, std::size_t quorum) : witnesses_(std::move(witnesses)), quorum_(quorum) {}
    std::vector<WitnessKey> witnesses_;
    std::size_t quorum_;
};

// One key under two names, or as two witnesses, counts once: the signed message has no name in it.
Result<void> check_distinct(const std::vector<WitnessKey>& witnesses);

}  // namespace seald
