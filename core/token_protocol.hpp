// What seald and seald-token say to each other over their socketpair: a few typed verbs in length-prefixed frames, not
// a PKCS#11 proxy. Both sides treat the other as untrusted: every field is bounded, a frame has no nesting, and one
// that does not decode ends the connection.
//
// Frame: u32 length of what follows (big endian, at most max_frame_bytes) | u64 id | u8 verb | fields.
// A field is u32 length | bytes; a number is a field of 8 bytes, big endian. Replies carry the request's id, in any
// order.
#pragma once
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
// Longest fields; whoever encodes keeps to them, and a longer one does not decode.
inline constexpr std::size_t max_sealed_pin_bytes = 512;
inline constexpr std::size_t max_key_id_bytes = 255;
inline constexpr std::size_t max_label_bytes = 255;
inline constexpr std::size_t max_spki_bytes = 700;  // RSA-4096 has 550
inline constexpr std::size_t max_signature_bytes = 1024;
inline constexpr std::size_t max_words_bytes = 1024;
inline constexpr std::size_t max_listed_keys = 200;

// --- requests -------------------------------------------------------------------------------------------------------
struct HelloRequest {};   // what is this token, and in what state? -> TokenInfo
struct PinKeyRequest {};  // -> PinKey: encrypt the PIN to this; made anew per process
struct UnlockRequest {
    Bytes sealed_pin;
};                          // empty: take it from the configured PIN source -> TokenInfo
struct LockRequest {};      // -> TokenInfo
struct ListKeysRequest {};  // -> KeyList
struct GenerateRequest {
    KeyAlgorithm algorithm = KeyAlgorithm::ec_p256;
    std::string label;
    Bytes key_id;
};                    // -> GeneratedKey
struct SignRequest {  // -> Signature
    Bytes key_id;     // CKA_ID
    KeyAlgorithm key_algorithm = KeyAlgorithm::ec_p256;
    SignatureScheme scheme = SignatureScheme::ecdsa;
    Digest digest;
};
using Request = std::variant<HelloRequest, PinKeyRequest, UnlockRequest, LockRequest, ListKeysRequest, GenerateRequest,
                             SignRequest>;

// --- replies --------------------------------------------------------------------------------------------------------
enum class PinState : std::uint8_t { ok, count_low, final_try, locked };
struct TokenInfo {
    bool present = false;
    bool logged_in = false;
    PinState pin = PinState::ok;
    std::string label, serial, manufacturer, model, firmware;  // trimmed; empty when absent
    std::string why_absent;                                    // in words, when not present
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
    Bytes value;
};  // ECDSA as DER
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
    bad_request
};
struct FailureReply {
    Failure failure = Failure::token_failed;
    std::string words, call, ckr;
};
using Reply = std::variant<TokenInfo, PinKey, KeyList, GeneratedKey, Signature, FailureReply>;

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
