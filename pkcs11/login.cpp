#include "pkcs11/login.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

namespace seald {
namespace {

using token_protocol::Failure;

constexpr std::size_t max_pin_bytes = 255;
constexpr std::size_t max_remembered = 64;

// Some tokens report 0, -1 or the two limits reversed: such limits say nothing.
Outcome<void> check_length(const CK_TOKEN_INFO& info, std::size_t length) {
    if (length == 0) return refused(Failure::pin_rejected, "the PIN is empty");
    if (length > max_pin_bytes) return refused(Failure::pin_rejected, "the PIN is longer than 255 bytes");
    const bool sane = info.ulMaxPinLen > 0 && info.ulMaxPinLen <= max_pin_bytes && info.ulMinPinLen <= info.ulMaxPinLen;
    if (sane && (length < info.ulMinPinLen || length > info.ulMaxPinLen)) {
        return refused(Failure::pin_rejected, "the token takes PINs of " + std::to_string(info.ulMinPinLen) + " to " +
                                                  std::to_string(info.ulMaxPinLen) + " bytes; it was not asked");
    }
    return {};
}

Outcome<void> check_tries_left(const CK_TOKEN_INFO& info) {
    if (info.flags & CKF_USER_PIN_LOCKED) return failed_call("C_GetTokenInfo", CKR_PIN_LOCKED);
    if (info.flags & CKF_USER_PIN_FINAL_TRY) {
        return refused(
            Failure::pin_locked,
            "the token has one try left, which seald never spends: log in once with the vendor's tool and the "
            "right PIN, then unlock again");
    }
    return {};
}

}  // namespace

PinRules::PinRules() {
    if (RAND_bytes(salt_.data(), static_cast<int>(salt_.size())) != 1) throw std::runtime_error("RAND_bytes");
}

Outcome<void> PinRules::check(const CK_TOKEN_INFO& info, const Secret& pin, PinOrigin origin) const {
    if (auto length = check_length(info, pin.size()); !length) return length;
    if (auto tries = check_tries_left(info); !tries) return tries;
    const auto print = fingerprint(pin);
    const auto known = std::ranges::find(refused_, print, &Refused::fingerprint);
    if (known == refused_.end() || (origin == PinOrigin::person && !known->certain)) return {};
    return refused(Failure::pin_incorrect,
                   "the token has refused this PIN before; it was not sent again" +
                       std::string(origin == PinOrigin::unattended ? ": correct the configured PIN source" : ""));
}

void PinRules::remember_failure(const Secret& pin, PinOrigin origin, CK_RV ckr) {
    const bool certain = ckr == CKR_PIN_INCORRECT || ckr == CKR_PIN_INVALID || ckr == CKR_PIN_LEN_RANGE;
    // Some drivers report a wrong PIN as a general error: a machine's PIN counts as wrong unless the token was pulled
    // out.
    if (!certain && (origin == PinOrigin::person || means_removed(ckr))) return;
    if (refused_.size() == max_remembered) refused_.erase(refused_.begin());
    refused_.push_back({fingerprint(pin), certain});
}

PinRules::Fingerprint PinRules::fingerprint(const Secret& pin) const {
    Fingerprint out{};
    const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    if (!hash || EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr) != 1 ||
        EVP_DigestUpdate(hash.get(), salt_.data(), salt_.size()) != 1 ||
        EVP_DigestUpdate(hash.get(), pin.reveal().data(), pin.size()) != 1 ||
        EVP_DigestFinal_ex(hash.get(), out.data(), nullptr) != 1) {
        throw std::runtime_error("SHA-256");
    }
    return out;
}

Outcome<void> log_in(const Session& session, const Secret& pin) {
    // Cryptoki's parameter is not const; the module has no business changing it, and gets a copy it may ruin.
    Secret copy(std::vector<char>(pin.reveal().begin(), pin.reveal().end()));
    auto* text = reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(copy.reveal().data()));
    const auto ckr = session.api().C_Login(session.handle(), CKU_USER, text, copy.size());
    if (ckr != CKR_OK && ckr != CKR_USER_ALREADY_LOGGED_IN) return failed_call("C_Login", ckr);
    return {};
}

}  // namespace seald
