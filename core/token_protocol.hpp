// What seald and seald-token say to each other over their socketpair: a few typed verbs in length-prefixed frames, not
// a PKCS#11 proxy. Both sides treat the other as untrusted: every field is bounded, a frame has no nesting, and one
// that does not decode ends the connection.
//
// Frame: u32 length of what follows (big endian, at most max_frame_bytes) | u64 id | u8 verb | fields.
// A field is u32 length | bytes; a number is a field of 8 bytes, big endian. Replies carry the request's id, in any
// order.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/digest.hpp"
#include "core/keys.hpp"

namespace seald::token_protocol {

inline constexpr std::size_t max_frame_bytes = 256 * 1024;
inline constexpr std::size_t header_bytes = 4;
// How a process ends that has to begin anew because its module cannot (Quirk::no_reinitialise).
inline constexpr int exit_to_begin_anew = 3;
// Longest fields; whoever encodes keeps to them, and a longer one does not decode.
inline constexpr std::size_t max_sealed_pin_bytes = 512;
inline constexpr std::size_t max_key_id_bytes = 255;
inline constexpr std::size_t max_label_bytes = 255;
inline constexpr std::size_t max_spki_bytes = 700;  // RSA-4096 has 550
inline constexpr std::size_t max_signature_bytes = 1024;
inline constexpr std::size_t max_log_id_bytes = 64;
inline constexpr std::size_t max_words_bytes = 1024;
inline constexpr std::size_t max_listed_keys = 200;
inline constexpr std::size_t max_wrapped_bytes = 4096;  // an RSA-4096 key has 2.4 KiB
inline constexpr std::size_t pin_print_bytes = 16;
inline constexpr std::size_t max_refused_pins = 16;
inline constexpr std::size_t max_loads = 8;
inline constexpr std::size_t max_mechanisms = 256;

// --- requests -------------------------------------------------------------------------------------------------------
struct HelloRequest {};  // what is this token, and in what state? -> TokenInfo
// -> TokenInfo as soon as it differs from what this process last told, at the latest after watch_patience.
struct WatchRequest {};
inline constexpr std::chrono::seconds watch_patience{5};
struct PinKeyRequest {};  // -> PinKey: encrypt the PIN to this; made anew per process
// What the register knows about the device that a PIN is meant for. Empty fields are not known and not compared.
struct ExpectedToken {
    std::string serial, manufacturer, model;
    Bytes key_id, spki;  // of one enrolled key
};
struct UnlockRequest {
    Bytes sealed_pin;           // empty: take it from the configured PIN source
    bool final_try = false;     // a person insists, though one try is left
    Bytes pin_salt;             // for prints; at most pin_print_bytes; empty: this process's own
    std::vector<Bytes> refused; // prints of PINs that this token refused before
    ExpectedToken expected;
};                          // -> TokenInfo
struct LockRequest {};      // -> TokenInfo
struct ListKeysRequest {};  // -> KeyList
struct GenerateRequest {
    KeyAlgorithm algorithm = KeyAlgorithm::ec_p256;
    std::string label;
    Bytes key_id;
    bool wrappable = false;  // may leave the token encrypted to another token (CKA_EXTRACTABLE)
};                    // -> GeneratedKey
struct SignRequest {  // -> Signature
    Bytes key_id;     // CKA_ID
    KeyAlgorithm key_algorithm = KeyAlgorithm::ec_p256;
    SignatureScheme scheme = SignatureScheme::ecdsa;
    Digest digest;
    std::string log_id = {};  // of the request it is for, as the daemon's log has it; may be empty
};
// A key goes from one token to another in three steps: the receiver makes a pair for this one way, the giver encrypts,
// the receiver takes in. In between there is only what nobody else can decrypt.
struct WrappingKeyRequest {};  // -> WrappingKey
struct WrapRequest {           // -> WrappedKey
    Bytes key_id;
    Bytes wrapping_spki;
};
struct UnwrapRequest {  // -> GeneratedKey; only on the process that made the wrapping key, once
    Bytes wrapped_secret, wrapped_key;
    std::string label;
    Bytes key_id, spki;  // of the key that comes in
};
struct ProbeRequest {  // -> TokenProfile; signs for `seconds` at each of several degrees of parallelism
    std::uint64_t seconds = 1;
    Bytes key_id;  // empty: a key made for this and forgotten
};
struct DestroyRequest {  // -> KeyGone; once this is answered, nothing on the token has the id any more
    Bytes key_id, spki;  // of the key, so that no other is destroyed in its place
};
struct CountRequest {  // -> SignatureCount
    Bytes key_id;
    std::uint64_t attribute = 0;  // the vendor's, of the private key
};
using Request = std::variant<HelloRequest, PinKeyRequest, UnlockRequest, LockRequest, ListKeysRequest, GenerateRequest,
                             SignRequest, WatchRequest, WrappingKeyRequest, WrapRequest, UnwrapRequest, ProbeRequest, DestroyRequest,
                             CountRequest>;

// --- replies --------------------------------------------------------------------------------------------------------
enum class PinState : std::uint8_t { ok, count_low, final_try, locked };
struct TokenInfo {
    bool present = false;
    bool logged_in = false;
    PinState pin = PinState::ok;
    std::string label, serial, manufacturer, model, firmware;  // trimmed; empty when absent
    std::string why_absent;                                    // in words, when not present
    std::string trouble;                                       // the call and CKR that ended the last login; for the log
    friend bool operator==(const TokenInfo&, const TokenInfo&) = default;
};
struct PinKey {
    Bytes spki;
};  // RSA-3072; RSAES-OAEP with SHA-256
struct KeyInfo {
    Bytes key_id;
    std::string label;
    Bytes spki;
};  // spki empty: no usable public half, or unknown kind
struct KeyList {
    std::vector<KeyInfo> keys;
};
struct GeneratedKey {
    Bytes spki;
    bool sensitive = false, always_sensitive = false, extractable = true, never_extractable = false,
         local = false;  // re-read
};
struct Signature {
    Bytes value;          // ECDSA as DER
    std::string renewed;  // the call and CKR for which the session was replaced before this signature; mostly empty
};
struct WrappingKey {
    Bytes spki;
};  // RSA-3072
struct WrappedKey {
    Bytes wrapped_secret;  // an AES-256 key: RSAES-OAEP with SHA-1, all that PKCS#11 tokens agree on
    Bytes wrapped_key;     // the key: AES key wrap with padding (RFC 5649)
};
struct Load {  // what so many threads at once got out of the token
    std::uint64_t threads = 0, signatures = 0, failures = 0, milliseconds = 0, p50_us = 0, p99_us = 0;
    friend bool operator==(const Load&, const Load&) = default;
};
struct TokenProfile {
    std::uint64_t sessions = 0;  // how many could be open at once; it stops counting at 64
    bool slot_events = false;    // C_WaitForSlotEvent tells of changes
    std::uint64_t recovery_us = 0;  // from a lost session to the next signature
    KeyAlgorithm algorithm = KeyAlgorithm::ec_p256;  // of the key that signed
    std::vector<Load> loads;
    std::vector<std::string> mechanisms;
};
struct KeyGone {
    std::uint64_t destroyed = 0;  // objects; none when the key was gone already
};
struct SignatureCount {
    std::uint64_t count = 0;  // of signatures that the device says it made with the key
};
// Why a verb failed. `ckr` and `call` are for the log; `words` say what to do.
enum class Failure : std::uint8_t {
    token_absent,
    token_locked,
    pin_incorrect,
    pin_rejected /* length, format, zero */,
    pin_locked,
    key_not_found,
    unsupported,
    token_failed,
    bad_request,
    wrong_token /* another device than the enrolled one */
};
struct FailureReply {
    Failure failure = Failure::token_failed;
    std::string words, call, ckr;
    bool pin_sent = false;  // C_Login was called, so that a try may be spent
    Bytes pin_print;        // of the PIN that the token said is wrong; empty otherwise
};
using Reply = std::variant<TokenInfo, PinKey, KeyList, GeneratedKey, Signature, FailureReply, WrappingKey, WrappedKey,
                           TokenProfile, KeyGone, SignatureCount>;

template <class Message>
struct Framed {
    std::uint64_t id = 0;
    Message message;
};

Bytes encode(const Framed<Request>& request);  // whole frame, with its length
Bytes encode(const Framed<Reply>& reply);
// The length announced by a frame's first four bytes; malformed when zero or over the limit.
Result<std::size_t> decode_length(std::span<const std::uint8_t, header_bytes> header);
Result<Framed<Request>> decode_request(BytesView frame_without_length);  // malformed
Result<Framed<Reply>> decode_reply(BytesView frame_without_length);

}  // namespace seald::token_protocol
