// A seal as the register holds it, and the states of its life.
#pragma once
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/certificate.hpp"
#include "core/names.hpp"
#include "core/time.hpp"

namespace seald {

enum class SealKind { official, contract, finance, personnel, invoice, legal_representative, other };
std::string_view to_string(SealKind kind);  // "legal-representative"
Result<SealKind> decode_seal_kind(std::string_view text);

enum class SealState { made, filed, in_force, suspended, lost, cancelled, destroyed };
std::string_view to_string(SealState state);  // "in-force"
Result<SealState> decode_seal_state(std::string_view text);

// What moves a seal from one state to the next.
enum class SealAct { file, activate, suspend, resume, lose, cancel, destroy };
std::string_view to_string(SealAct act);
Result<SealAct> decode_seal_act(std::string_view text);
// The state after `act`, or a conflict that names state and act.
Result<SealState> next_state(SealState from, SealAct act);

enum class SignatureFormat { cms, pades, raw };
std::string_view to_string(SignatureFormat format);
Result<SignatureFormat> decode_signature_format(std::string_view text);

struct Filing {            // 備案
    std::string number;
    std::string date;      // "2026-11-23"
};

// While an emergency stop lasts, no approval counts, whatever moment it says it was issued at.
inline constexpr Timestamp until_resumed{std::chrono::sys_days{std::chrono::year{9999} / 12 / 31}};

struct KeyPlace {          // where a seal's key is
    TokenName token;
    std::string token_serial;  // as read when the key came there
    Bytes key_id;              // CKA_ID
    friend bool operator==(const KeyPlace&, const KeyPlace&) = default;
};

struct Seal {
    SealName name;
    SealKind kind = SealKind::other;
    std::string title;
    std::string owner;                           // organisation
    PersonId custodian;                          // who made it
    TokenName token;
    std::string token_serial;                    // as read when the key was made
    KeyAlgorithm algorithm = KeyAlgorithm::ec_p256;
    Bytes key_id;                                // CKA_ID
    PublicKey public_key;
    SealState state = SealState::made;
    std::uint64_t epoch = 0;                     // raised by every stop: a signature begun before it is discarded
    std::optional<Certificate> certificate;      // none until one is imported (seal made with a CSR)
    std::vector<Certificate> chain;              // intermediates, without the certificate itself
    std::optional<Filing> filing;
    std::string reason;                          // of the last act
    Timestamp made_at{};
    std::vector<KeyPlace> standby = {};          // the same key on other tokens, for when the first cannot sign
    std::optional<Timestamp> approvals_void_until = {};  // an emergency stop voided those issued until then
    unsigned version = 1;                        // of the key above; others are SealVersions
    Timestamp version_from{};                    // when it came into use
    std::string key_attributes = {};             // JSON, as read when the key was made; empty: it was there before
    std::optional<PersonId> deputy = {};         // of the custodian
    std::string number = {};                     // names the seal everywhere and for ever (esID, 印章標識)

    std::vector<KeyPlace> places() const;        // the first, then those on standby
};

// May it sign at `now`? conflict naming the rule: seal-not-in-force, certificate-missing, certificate-not-valid.
Result<void> check_in_force(const Seal& seal, Timestamp now);

}  // namespace seald
