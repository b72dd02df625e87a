#include "pkcs11/ckr.hpp"

#include <array>
#include <cstdio>
#include <utility>

namespace seald {
namespace {

using token_protocol::Failure;

struct KnownCkr {
    CK_RV ckr;
    std::string_view name;
    Failure failure;
    std::string_view advice;
};

constexpr std::string_view gone = "the token was removed or reset: insert it again and unlock it";
constexpr std::string_view try_again =
    "the token or its driver failed: try again; if it persists, unplug and replug it";
constexpr std::string_view new_session = "the token forgot the session, as after a reset: try again";
constexpr std::string_view other_key = "the token cannot do this with this key: use another algorithm or another key";
constexpr std::string_view not_movable = "the key cannot be moved: only one made with --wrappable can, on a token that allows it";
constexpr std::string_view bad_move = "the other token does not take the moved key: move it again, or choose another token";
constexpr std::string_view driver_bug =
    "the module and seald misunderstand each other: look for a newer driver, and report it with the log's line";

#define KNOWN(ckr, failure, advice) \
    KnownCkr { ckr, #ckr, Failure::failure, advice }
constexpr std::array known_values{
    KNOWN(CKR_CANCEL, token_failed, "somebody cancelled it at the token: try again"),
    KNOWN(CKR_HOST_MEMORY, token_failed, "the module found no memory, or its own service is not running"),
    KNOWN(CKR_SLOT_ID_INVALID, token_absent, gone),
    KNOWN(CKR_GENERAL_ERROR, token_failed, try_again),
    KNOWN(CKR_FUNCTION_FAILED, token_failed, try_again),
    KNOWN(CKR_ARGUMENTS_BAD, token_failed, driver_bug),
    KNOWN(CKR_NO_EVENT, token_failed, "nothing happened at the reader"),
    KNOWN(CKR_NEED_TO_CREATE_THREADS, unsupported,
          "the module needs threads of its own, and was not allowed them: look for a newer driver"),
    KNOWN(CKR_CANT_LOCK, unsupported, "the module cannot be used by several threads"),
    KNOWN(CKR_ATTRIBUTE_READ_ONLY, unsupported, other_key),
    KNOWN(CKR_ATTRIBUTE_SENSITIVE, unsupported, "the token does not show this: that is as it should be"),
    KNOWN(CKR_ATTRIBUTE_TYPE_INVALID, unsupported, other_key),
    KNOWN(CKR_ATTRIBUTE_VALUE_INVALID, unsupported, other_key),
    KNOWN(CKR_ACTION_PROHIBITED, unsupported, "the token forbids this for this key: ask whoever set the token up"),
    KNOWN(CKR_DATA_INVALID, unsupported, other_key),
    KNOWN(CKR_DATA_LEN_RANGE, unsupported, other_key),
    KNOWN(CKR_DEVICE_ERROR, token_failed, try_again),
    KNOWN(CKR_DEVICE_MEMORY, token_failed, "the token's memory is full: remove objects that are no longer needed"),
    KNOWN(CKR_DEVICE_REMOVED, token_absent, gone),
    KNOWN(CKR_ENCRYPTED_DATA_INVALID, token_failed, bad_move),
    KNOWN(CKR_ENCRYPTED_DATA_LEN_RANGE, token_failed, bad_move),
    KNOWN(CKR_FUNCTION_CANCELED, token_failed, "it was cancelled in the middle: try again"),
    KNOWN(CKR_FUNCTION_NOT_PARALLEL, token_failed, driver_bug),
    KNOWN(CKR_FUNCTION_NOT_SUPPORTED, unsupported, other_key),
    KNOWN(CKR_KEY_HANDLE_INVALID, token_failed, new_session),
    KNOWN(CKR_KEY_SIZE_RANGE, unsupported, other_key),
    KNOWN(CKR_KEY_TYPE_INCONSISTENT, unsupported, other_key),
    KNOWN(CKR_KEY_NOT_NEEDED, token_failed, driver_bug),
    KNOWN(CKR_KEY_CHANGED, token_failed, "a key on the token is not the one it was: check the token"),
    KNOWN(CKR_KEY_NEEDED, token_failed, driver_bug),
    KNOWN(CKR_KEY_INDIGESTIBLE, unsupported, other_key),
    KNOWN(CKR_KEY_FUNCTION_NOT_PERMITTED, unsupported, other_key),
    KNOWN(CKR_KEY_NOT_WRAPPABLE, unsupported, not_movable),
    KNOWN(CKR_KEY_UNEXTRACTABLE, unsupported, not_movable),
    KNOWN(CKR_MECHANISM_INVALID, unsupported, other_key),
    KNOWN(CKR_MECHANISM_PARAM_INVALID, unsupported, other_key),
    KNOWN(CKR_OBJECT_HANDLE_INVALID, token_failed, new_session),
    KNOWN(CKR_OPERATION_ACTIVE, token_failed, try_again),
    KNOWN(CKR_OPERATION_NOT_INITIALIZED, token_failed, try_again),
    KNOWN(CKR_PIN_INCORRECT, pin_incorrect, "the PIN is wrong"),
    KNOWN(CKR_PIN_INVALID, pin_rejected, "the token does not accept this PIN's characters"),
    KNOWN(CKR_PIN_LEN_RANGE, pin_rejected, "the token does not accept this PIN's length"),
    KNOWN(CKR_PIN_EXPIRED, pin_rejected,
          "the PIN has expired: change it with the vendor's tool, then unlock the token"),
    KNOWN(CKR_PIN_LOCKED, pin_locked,
          "the token has locked its PIN: reset it with the vendor's tool and the PUK or SO PIN"),
    KNOWN(CKR_SESSION_CLOSED, token_failed, new_session),
    KNOWN(CKR_SESSION_COUNT, token_failed,
          "the token allows no further session: lower `sessions` in its configuration"),
    KNOWN(CKR_SESSION_HANDLE_INVALID, token_failed, new_session),
    KNOWN(CKR_SESSION_PARALLEL_NOT_SUPPORTED, token_failed, driver_bug),
    KNOWN(CKR_SESSION_READ_ONLY, unsupported, "the token only lets itself be read: no key can be made on it"),
    KNOWN(CKR_SESSION_EXISTS, token_failed, "another program has the token open: close it"),
    KNOWN(CKR_SESSION_READ_ONLY_EXISTS, token_failed, "another program reads the token: close it"),
    KNOWN(CKR_SESSION_READ_WRITE_SO_EXISTS, token_failed,
          "the security officer is logged in to the token with another program: log out there"),
    KNOWN(CKR_SIGNATURE_INVALID, token_failed, "the token says its own signature is wrong: take it out of service"),
    KNOWN(CKR_SIGNATURE_LEN_RANGE, token_failed, driver_bug),
    KNOWN(CKR_TEMPLATE_INCOMPLETE, unsupported, other_key),
    KNOWN(CKR_TEMPLATE_INCONSISTENT, unsupported, other_key),
    KNOWN(CKR_TOKEN_NOT_PRESENT, token_absent, gone),
    KNOWN(CKR_TOKEN_NOT_RECOGNIZED, token_absent,
          "the module does not know this token: check which module belongs to it"),
    KNOWN(CKR_TOKEN_WRITE_PROTECTED, unsupported, "the token is write-protected: no key can be made on it"),
    KNOWN(CKR_UNWRAPPING_KEY_HANDLE_INVALID, token_failed, bad_move),
    KNOWN(CKR_UNWRAPPING_KEY_SIZE_RANGE, unsupported, bad_move),
    KNOWN(CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT, unsupported, bad_move),
    KNOWN(CKR_USER_ALREADY_LOGGED_IN, token_failed, try_again),
    KNOWN(CKR_USER_NOT_LOGGED_IN, token_locked, "unlock the token"),
    KNOWN(CKR_USER_PIN_NOT_INITIALIZED, pin_rejected,
          "the token has no user PIN yet: set one with the vendor's tool, then unlock the token"),
    KNOWN(CKR_USER_TYPE_INVALID, unsupported, "the token has no such user: it cannot hold seals"),
    KNOWN(CKR_USER_ANOTHER_ALREADY_LOGGED_IN, token_failed,
          "another user, such as the security officer, is logged in to the token: log out there"),
    KNOWN(CKR_USER_TOO_MANY_TYPES, token_failed,
          "another user, such as the security officer, is logged in to the token: log out there"),
    KNOWN(CKR_WRAPPED_KEY_INVALID, token_failed, bad_move),
    KNOWN(CKR_WRAPPED_KEY_LEN_RANGE, token_failed, bad_move),
    KNOWN(CKR_WRAPPING_KEY_HANDLE_INVALID, token_failed, bad_move),
    KNOWN(CKR_WRAPPING_KEY_SIZE_RANGE, unsupported, not_movable),
    KNOWN(CKR_WRAPPING_KEY_TYPE_INCONSISTENT, unsupported, not_movable),
    KNOWN(CKR_RANDOM_SEED_NOT_SUPPORTED, unsupported, other_key),
    KNOWN(CKR_RANDOM_NO_RNG, unsupported, "the token has no source of randomness: it cannot make keys"),
    KNOWN(CKR_DOMAIN_PARAMS_INVALID, unsupported, other_key),
    KNOWN(CKR_CURVE_NOT_SUPPORTED, unsupported, other_key),
    KNOWN(CKR_BUFFER_TOO_SMALL, token_failed, driver_bug),
    KNOWN(CKR_SAVED_STATE_INVALID, token_failed, driver_bug),
    KNOWN(CKR_INFORMATION_SENSITIVE, unsupported, "the token does not show this: that is as it should be"),
    KNOWN(CKR_STATE_UNSAVEABLE, token_failed, driver_bug),
    KNOWN(CKR_CRYPTOKI_NOT_INITIALIZED, token_failed, try_again),
    KNOWN(CKR_CRYPTOKI_ALREADY_INITIALIZED, token_failed, driver_bug),
    KNOWN(CKR_MUTEX_BAD, token_failed, driver_bug),
    KNOWN(CKR_MUTEX_NOT_LOCKED, token_failed, driver_bug),
    KNOWN(CKR_NEW_PIN_MODE, pin_rejected,
          "the token wants a new PIN: change it with the vendor's tool, then unlock the token"),
    KNOWN(CKR_NEXT_OTP, pin_rejected,
          "the token wants a one-time password, which seald cannot give: use another token"),
    KNOWN(CKR_EXCEEDED_MAX_ITERATIONS, token_failed, "the token gave up making the key: try again"),
    KNOWN(CKR_FIPS_SELF_TEST_FAILED, token_failed, "the token failed its own self-test: take it out of service"),
    KNOWN(CKR_LIBRARY_LOAD_FAILED, token_failed,
          "the module could not load a library it needs: install the driver again"),
    KNOWN(CKR_PIN_TOO_WEAK, pin_rejected,
          "the token finds this PIN too weak: change it with the vendor's tool, then unlock the token"),
    KNOWN(CKR_PUBLIC_KEY_INVALID, unsupported, other_key),
    KNOWN(CKR_FUNCTION_REJECTED, token_failed, "somebody refused it at the token: try again"),
};
#undef KNOWN

const KnownCkr* find_known(CK_RV ckr) {
    for (const auto& known : known_values) {
        if (known.ckr == ckr) return &known;
    }
    return nullptr;
}

}  // namespace

std::string ckr_name(CK_RV ckr) {
    std::array<char, 32> number{};
    std::snprintf(number.data(), number.size(), "0x%lx", ckr);
    const auto* known = find_known(ckr);
    return known == nullptr ? number.data() : std::string(known->name) + " (" + number.data() + ")";
}

TokenError failed_call(std::string_view call, CK_RV ckr) {
    const auto* known = find_known(ckr);
    return {known == nullptr ? Failure::token_failed : known->failure,
            std::string(known == nullptr ? try_again : known->advice), std::string(call), ckr, {}, {}};
}

TokenError refused(Failure failure, std::string words) { return {failure, std::move(words)}; }

token_protocol::FailureReply to_reply(const TokenError& error) {
    auto words = error.words.substr(0, token_protocol::max_words_bytes);
    return {error.failure, std::move(words), error.call, error.call.empty() ? std::string() : ckr_name(error.ckr),
            error.pin_sent, error.pin_print};
}

std::string trace_of(const TokenError& error) {
    return error.call.empty() ? error.words.substr(0, 200) : error.call + ": " + ckr_name(error.ckr);
}

bool means_removed(CK_RV ckr) {
    return ckr == CKR_DEVICE_REMOVED || ckr == CKR_TOKEN_NOT_PRESENT || ckr == CKR_SLOT_ID_INVALID ||
           ckr == CKR_CRYPTOKI_NOT_INITIALIZED;
}

bool means_stale_session(CK_RV ckr) {
    return ckr == CKR_SESSION_HANDLE_INVALID || ckr == CKR_SESSION_CLOSED || ckr == CKR_OBJECT_HANDLE_INVALID ||
           ckr == CKR_KEY_HANDLE_INVALID || ckr == CKR_OPERATION_ACTIVE;
}

bool may_mean_removed(CK_RV ckr) {
    return ckr == CKR_DEVICE_ERROR || ckr == CKR_GENERAL_ERROR || ckr == CKR_SESSION_HANDLE_INVALID ||
           ckr == CKR_SESSION_CLOSED || ckr == CKR_OBJECT_HANDLE_INVALID || ckr == CKR_KEY_HANDLE_INVALID ||
           ckr == CKR_USER_NOT_LOGGED_IN;
}

}  // namespace seald
