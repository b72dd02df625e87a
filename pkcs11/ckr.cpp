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
constexpr std::string_view other_key = "the token cannot do this with this key: use another algorithm or another key";
constexpr std::string_view vendor_tool = "change it with the vendor's tool, then unlock the token";

constexpr std::array known_values{
    KnownCkr{CKR_SLOT_ID_INVALID, "CKR_SLOT_ID_INVALID", Failure::token_absent, gone},
    KnownCkr{CKR_DEVICE_REMOVED, "CKR_DEVICE_REMOVED", Failure::token_absent, gone},
    KnownCkr{CKR_TOKEN_NOT_PRESENT, "CKR_TOKEN_NOT_PRESENT", Failure::token_absent, gone},
    KnownCkr{CKR_TOKEN_NOT_RECOGNIZED, "CKR_TOKEN_NOT_RECOGNIZED", Failure::token_absent,
             "the module does not know this token: check which module belongs to it"},
    KnownCkr{CKR_SESSION_HANDLE_INVALID, "CKR_SESSION_HANDLE_INVALID", Failure::token_failed, gone},
    KnownCkr{CKR_SESSION_CLOSED, "CKR_SESSION_CLOSED", Failure::token_failed, gone},
    KnownCkr{CKR_OBJECT_HANDLE_INVALID, "CKR_OBJECT_HANDLE_INVALID", Failure::token_failed, gone},
    KnownCkr{CKR_KEY_HANDLE_INVALID, "CKR_KEY_HANDLE_INVALID", Failure::token_failed, gone},
    KnownCkr{CKR_CRYPTOKI_NOT_INITIALIZED, "CKR_CRYPTOKI_NOT_INITIALIZED", Failure::token_failed, try_again},
    KnownCkr{CKR_DEVICE_ERROR, "CKR_DEVICE_ERROR", Failure::token_failed, try_again},
    KnownCkr{CKR_GENERAL_ERROR, "CKR_GENERAL_ERROR", Failure::token_failed, try_again},
    KnownCkr{CKR_FUNCTION_FAILED, "CKR_FUNCTION_FAILED", Failure::token_failed, try_again},
    KnownCkr{CKR_OPERATION_ACTIVE, "CKR_OPERATION_ACTIVE", Failure::token_failed, try_again},
    KnownCkr{CKR_DEVICE_MEMORY, "CKR_DEVICE_MEMORY", Failure::token_failed,
             "the token's memory is full: remove objects that are no longer needed"},
    KnownCkr{CKR_HOST_MEMORY, "CKR_HOST_MEMORY", Failure::token_failed,
             "the module found no memory, or its own service is not running"},
    KnownCkr{CKR_SESSION_COUNT, "CKR_SESSION_COUNT", Failure::token_failed,
             "the token allows no further session: lower `sessions` in its configuration"},
    KnownCkr{CKR_CANT_LOCK, "CKR_CANT_LOCK", Failure::unsupported, "the module cannot be used by several threads"},
    KnownCkr{CKR_USER_NOT_LOGGED_IN, "CKR_USER_NOT_LOGGED_IN", Failure::token_locked, "unlock the token"},
    KnownCkr{CKR_PIN_INCORRECT, "CKR_PIN_INCORRECT", Failure::pin_incorrect, "the PIN is wrong"},
    KnownCkr{CKR_PIN_INVALID, "CKR_PIN_INVALID", Failure::pin_rejected,
             "the token does not accept this PIN's characters"},
    KnownCkr{CKR_PIN_LEN_RANGE, "CKR_PIN_LEN_RANGE", Failure::pin_rejected,
             "the token does not accept this PIN's length"},
    KnownCkr{CKR_PIN_EXPIRED, "CKR_PIN_EXPIRED", Failure::pin_rejected, vendor_tool},
    KnownCkr{CKR_USER_PIN_NOT_INITIALIZED, "CKR_USER_PIN_NOT_INITIALIZED", Failure::pin_rejected,
             "the token has no user PIN yet: set one with the vendor's tool, then unlock the token"},
    KnownCkr{CKR_PIN_LOCKED, "CKR_PIN_LOCKED", Failure::pin_locked,
             "the token has locked its PIN: reset it with the vendor's tool and the PUK or SO PIN"},
    KnownCkr{CKR_MECHANISM_INVALID, "CKR_MECHANISM_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_MECHANISM_PARAM_INVALID, "CKR_MECHANISM_PARAM_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_TYPE_INCONSISTENT, "CKR_KEY_TYPE_INCONSISTENT", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_SIZE_RANGE, "CKR_KEY_SIZE_RANGE", Failure::unsupported, other_key},
    KnownCkr{CKR_KEY_FUNCTION_NOT_PERMITTED, "CKR_KEY_FUNCTION_NOT_PERMITTED", Failure::unsupported, other_key},
    KnownCkr{CKR_DATA_LEN_RANGE, "CKR_DATA_LEN_RANGE", Failure::unsupported, other_key},
    KnownCkr{CKR_DOMAIN_PARAMS_INVALID, "CKR_DOMAIN_PARAMS_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_TEMPLATE_INCONSISTENT, "CKR_TEMPLATE_INCONSISTENT", Failure::unsupported, other_key},
    KnownCkr{CKR_ATTRIBUTE_VALUE_INVALID, "CKR_ATTRIBUTE_VALUE_INVALID", Failure::unsupported, other_key},
    KnownCkr{CKR_FUNCTION_NOT_SUPPORTED, "CKR_FUNCTION_NOT_SUPPORTED", Failure::unsupported, other_key},
    KnownCkr{CKR_TOKEN_WRITE_PROTECTED, "CKR_TOKEN_WRITE_PROTECTED", Failure::unsupported,
             "the token is write-protected: no key can be made on it"},
    KnownCkr{CKR_USER_ALREADY_LOGGED_IN, "CKR_USER_ALREADY_LOGGED_IN", Failure::token_failed, try_again},
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
            std::string(known == nullptr ? try_again : known->advice), std::string(call), ckr};
}

TokenError refused(Failure failure, std::string words) { return {failure, std::move(words)}; }

token_protocol::FailureReply to_reply(const TokenError& error) {
    auto words = error.words.substr(0, token_protocol::max_words_bytes);
    return {error.failure, std::move(words), error.call, error.call.empty() ? std::string() : ckr_name(error.ckr)};
}

bool means_removed(CK_RV ckr) {
    return ckr == CKR_DEVICE_REMOVED || ckr == CKR_TOKEN_NOT_PRESENT || ckr == CKR_SLOT_ID_INVALID ||
           ckr == CKR_CRYPTOKI_NOT_INITIALIZED;
}

bool may_mean_removed(CK_RV ckr) {
    return ckr == CKR_DEVICE_ERROR || ckr == CKR_GENERAL_ERROR || ckr == CKR_SESSION_HANDLE_INVALID ||
           ckr == CKR_SESSION_CLOSED || ckr == CKR_OBJECT_HANDLE_INVALID || ckr == CKR_KEY_HANDLE_INVALID ||
           ckr == CKR_USER_NOT_LOGGED_IN;
}

}  // namespace seald
