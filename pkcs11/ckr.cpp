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

constexpr std::array known_values{
    KnownCkr{CKR_CANCEL, "CKR_CANCEL", Failure::token_failed, "somebody cancelled it at the token: try again"},
    KnownCkr{CKR_HOST_MEMORY, "CKR_HOST_MEMORY", Failure::token_failed,
             "the module found no memory, or its own service is not running"},
    KnownCkr{CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", Failure::token_absent, gone},
    KnownCkr{CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", Failure::token_failed, try_again},
    KnownCkr{CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", Failure::token_failed, try_again},
    KnownCkr{CKR_ARGUMENTS_BAD, "CKR_ARGUMENTS_BAD", Failure::token_failed, driver_bug},
    KnownCkr{CKR_NO_EVENT, "CKR_NO_EVENT", Failure::token_failed, "nothing happened at the reader"},
    KnownCkr{CKR_NEED_TO_CREATE_THREADS, "CKR_NEED_TO_CREATE_THREADS", Failure::unsupported,
             "the module needs threads of its own, and was not allowed them: look for a newer driver"},
    KnownCkr{CKR_CANT_LOCK, "CKR_CANT_LOCK", Failure::unsupported, "the module cannot be used by several threads"},
    KnownCkr{CKR_ATTRIBUTE_READ_ONLY, "CKR_ATTRIBUTE_READ_ONLY", Failure::unsupported, other_key},
    KnownCkr{CKR_ATTRIBUTE_SENSITIVE, "CKR_ATTRIBUTE_SENSITIVE", Failure::unsupported,
             "the token does not show this: that is as it should be"},
    KnownCkr{CKR_ATTRIBUTE_TYPE_INVALID, "CKR_ATTRIBUTE_TYPE_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_ACTION_PROHIBITED, "CKR_ACTION_PROHIBITED", Failure::unsupported,
             "the token forbids this for this key: ask whoever set the token up"},
    KnownCkr{CKR_DATA_INVALID, "CKR_DATA_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", Failure::unsupported, other_key},
    KnownCkr{CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", Failure::token_failed, try_again},
    KnownCkr{CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", Failure::token_failed,
             "the token's memory is full: remove objects that are no longer needed"},
    KnownCkr{CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", Failure::token_absent, gone},
    KnownCkr{CKR_ENCRYPTED_DATA_INVALID, "CKR_ENCRYPTED_DATA_INVALID", Failure::token_failed, bad_move},
    KnownCkr{CKR_ENCRYPTED_DATA_LEN_RANGE, "CKR_ENCRYPTED_DATA_LEN_RANGE", Failure::token_failed, bad_move},
    KnownCkr{CKR_FUNCTION_CANCELED, "CKR_FUNCTION_CANCELED", Failure::token_failed,
             "it was cancelled in the middle: try again"},
    KnownCkr{CKR_FUNCTION_NOT_PARALLEL, "CKR_FUNCTION_NOT_PARALLEL", Failure::token_failed, driver_bug},
    KnownCkr{CKR_FUNCTION_NOT_SUPPORTED, "CKR_FUNCTION_NOT_SUPPORTED", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", Failure::token_failed, new_session},
    KnownCkr{CKR_KEY_SIZE_RANGE, "CKR_KEY_SIZE_RANGE", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_NOT_NEEDED, "CKR_KEY_NOT_NEEDED", Failure::token_failed, driver_bug},
    KnownCkr{CKR_KEY_CHANGED, "CKR_KEY_CHANGED", Failure::token_failed,
             "a key on the token is not the one it was: check the token"},
    KnownCkr{CKR_KEY_NEEDED, "CKR_KEY_NEEDED", Failure::token_failed, driver_bug},
    KnownCkr{CKR_KEY_INDIGESTIBLE, "CKR_KEY_INDIGESTIBLE", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_NOT_WRAPPABLE, "CKR_KEY_NOT_WRAPPABLE", Failure::unsupported, not_movable},
    KnownCkr{CKR_KEY_UNEXTRACTABLE, "CKR_KEY_UNEXTRACTABLE", Failure::unsupported, not_movable},
    KnownCkr{CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", Failure::token_failed, new_session},
    KnownCkr{CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE", Failure::token_failed, try_again},
    KnownCkr{CKR_OPERATION_NOT_INITIALIZED, "CKR_OPERATION_NOT_INITIALIZED", Failure::token_failed, try_again},
    KnownCkr{CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", Failure::pin_incorrect, "the PIN is wrong"},
    KnownCkr{CKR_PIN_INVALID, "CKR_PIN_INVALID", Failure::pin_rejected,
             "the token does not accept this PIN's characters"},
    KnownCkr{CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", Failure::pin_rejected,
             "the token does not accept this PIN's length"},
    KnownCkr{CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", Failure::pin_rejected,
             "the PIN has expired: change it with the vendor's tool, then unlock the token"},
    KnownCkr{CKR_PIN_LOCKED, "CKR_PIN_LOCKED", Failure::pin_locked,
             "the token has locked its PIN: reset it with the vendor's tool and the PUK or SO PIN"},
    KnownCkr{CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", Failure::token_failed, new_session},
    KnownCkr{CKR_SESSION_COUNT, "CKR_SESSION_COUNT", Failure::token_failed,
             "the token allows no further session: lower `sessions` in its configuration"},
    KnownCkr{CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", Failure::token_failed, new_session},
    KnownCkr{CKR_SESSION_PARALLEL_NOT_SUPPORTED, "CKR_SESSION_PARALLEL_NOT_SUPPORTED", Failure::token_failed,
             driver_bug},
    KnownCkr{CKR_SESSION_READ_ONLY, "CKR_SESSION_READ_ONLY", Failure::unsupported,
             "the token only lets itself be read: no key can be made on it"},
    KnownCkr{CKR_SESSION_EXISTS, "CKR_SESSION_EXISTS", Failure::token_failed,
             "another program has the token open: close it"},
    KnownCkr{CKR_SESSION_READ_ONLY_EXISTS, "CKR_SESSION_READ_ONLY_EXISTS", Failure::token_failed,
             "another program reads the token: close it"},
    KnownCkr{CKR_SESSION_READ_WRITE_SO_EXISTS, "CKR_SESSION_READ_WRITE_SO_EXISTS", Failure::token_failed,
             "the security officer is logged in to the token with another program: log out there"},
    KnownCkr{CKR_SIGNATURE_INVALID, "CKR_SIGNATURE_INVALID", Failure::token_failed,
             "the token says its own signature is wrong: take it out of service"},
    KnownCkr{CKR_SIGNATURE_LEN_RANGE, "CKR_SIGNATURE_LEN_RANGE", Failure::token_failed, driver_bug},
    KnownCkr{CKR_TEMPLATE_INCOMPLETE, "CKR_TEMPLATE_INCOMPLETE", Failure::unsupported, other_key},
    KnownCkr{CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT", Failure::unsupported, other_key},
    KnownCkr{CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", Failure::token_absent, gone},
    KnownCkr{CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", Failure::token_absent,
             "the module does not know this token: check which module belongs to it"},
    KnownCkr{CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", Failure::unsupported,
             "the token is write-protected: no key can be made on it"},
    KnownCkr{CKR_UNWRAPPING_KEY_HANDLE_INVALID, "CKR_UNWRAPPING_KEY_HANDLE_INVALID", Failure::token_failed, bad_move},
    KnownCkr{CKR_UNWRAPPING_KEY_SIZE_RANGE, "CKR_UNWRAPPING_KEY_SIZE_RANGE", Failure::unsupported, bad_move},
    KnownCkr{CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT, "CKR_UNWRAPPING_KEY_TYPE_INCONSISTENT", Failure::unsupported,
             bad_move},
    KnownCkr{CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN", Failure::token_failed, try_again},
    KnownCkr{CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", Failure::token_locked, "unlock the token"},
    KnownCkr{CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", Failure::pin_rejected,
             "the token has no user PIN yet: set one with the vendor's tool, then unlock the token"},
    KnownCkr{CKR_USER_TYPE_INVALID, "CKR_USER_TYPE_INVALID", Failure::unsupported,
             "the token has no such user: it cannot hold seals"},
    KnownCkr{CKR_USER_ANOTHER_ALREADY_LOGGED_IN, "CKR_USER_ANOTHER_ALREADY_LOGGED_IN", Failure::token_failed,
             "another user, such as the security officer, is logged in to the token: log out there"},
    KnownCkr{CKR_USER_TOO_MANY_TYPES, "CKR_USER_TOO_MANY_TYPES", Failure::token_failed,
             "another user, such as the security officer, is logged in to the token: log out there"},
    KnownCkr{CKR_WRAPPED_KEY_INVALID, "CKR_WRAPPED_KEY_INVALID", Failure::token_failed, bad_move},
    KnownCkr{CKR_WRAPPED_KEY_LEN_RANGE, "CKR_WRAPPED_KEY_LEN_RANGE", Failure::token_failed, bad_move},
    KnownCkr{CKR_WRAPPING_KEY_HANDLE_INVALID, "CKR_WRAPPING_KEY_HANDLE_INVALID", Failure::token_failed, bad_move},
    KnownCkr{CKR_WRAPPING_KEY_SIZE_RANGE, "CKR_WRAPPING_KEY_SIZE_RANGE", Failure::unsupported, not_movable},
    KnownCkr{CKR_WRAPPING_KEY_TYPE_INCONSISTENT, "CKR_WRAPPING_KEY_TYPE_INCONSISTENT", Failure::unsupported,
             not_movable},
    KnownCkr{CKR_RANDOM_SEED_NOT_SUPPORTED, "CKR_RANDOM_SEED_NOT_SUPPORTED", Failure::unsupported, other_key},
    KnownCkr{CKR_RANDOM_NO_RNG, "CKR_RANDOM_NO_RNG", Failure::unsupported,
             "the token has no source of randomness: it cannot make keys"},
    KnownCkr{CKR_DOMAIN_PARAMS_INVALID, "CKR_DOMAIN_PARAMS_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_CURVE_NOT_SUPPORTED, "CKR_CURVE_NOT_SUPPORTED", Failure::unsupported, other_key},
    KnownCkr{CKR_BUFFER_TOO_SMALL, "CKR_BUFFER_TOO_SMALL", Failure::token_failed, driver_bug},
    KnownCkr{CKR_SAVED_STATE_INVALID, "CKR_SAVED_STATE_INVALID", Failure::token_failed, driver_bug},
    KnownCkr{CKR_INFORMATION_SENSITIVE, "CKR_INFORMATION_SENSITIVE", Failure::unsupported,
             "the token does not show this: that is as it should be"},
    KnownCkr{CKR_STATE_UNSAVEABLE, "CKR_STATE_UNSAVEABLE", Failure::token_failed, driver_bug},
    KnownCkr{CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED", Failure::token_failed, try_again},
    KnownCkr{CKR_CRYPTOKI_ALREADY_INITIALIZED, "CKR_CRYPTOKI_ALREADY_INITIALIZED", Failure::token_failed, driver_bug},
    KnownCkr{CKR_MUTEX_BAD, "CKR_MUTEX_BAD", Failure::token_failed, driver_bug},
    KnownCkr{CKR_MUTEX_NOT_LOCKED, "CKR_MUTEX_NOT_LOCKED", Failure::token_failed, driver_bug},
    KnownCkr{CKR_NEW_PIN_MODE, "CKR_NEW_PIN_MODE", Failure::pin_rejected,
             "the token wants a new PIN: change it with the vendor's tool, then unlock the token"},
    KnownCkr{CKR_NEXT_OTP, "CKR_NEXT_OTP", Failure::pin_rejected,
             "the token wants a one-time password, which seald cannot give: use another token"},
    KnownCkr{CKR_EXCEEDED_MAX_ITERATIONS, "CKR_EXCEEDED_MAX_ITERATIONS", Failure::token_failed,
             "the token gave up making the key: try again"},
    KnownCkr{CKR_FIPS_SELF_TEST_FAILED, "CKR_FIPS_SELF_TEST_FAILED", Failure::token_failed,
             "the token failed its own self-test: take it out of service"},
    KnownCkr{CKR_LIBRARY_LOAD_FAILED, "CKR_LIBRARY_LOAD_FAILED", Failure::token_failed,
             "the module could not load a library it needs: install the driver again"},
    KnownCkr{CKR_PIN_TOO_WEAK, "CKR_PIN_TOO_WEAK", Failure::pin_rejected,
             "the token finds this PIN too weak: change it with the vendor's tool, then unlock the token"},
    KnownCkr{CKR_PUBLIC_KEY_INVALID, "CKR_PUBLIC_KEY_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_FUNCTION_REJECTED, "CKR_FUNCTION_REJECTED", Failure::token_failed,
             "somebody refused it at the token: try again"},
};

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
