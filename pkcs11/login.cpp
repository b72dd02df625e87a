#include "pkcs11/login.hpp"

#include <openssl/rand.h>

#include <algorithm>
#include <stdexcept>

#include "pkcs11/pin_print.hpp"

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

Outcome<void> check_tries_left(const CK_TOKEN_INFO& info, const PinAttempt& attempt) {
    if (info.flags & CKF_USER_PIN_LOCKED) return failed_call("C_GetTokenInfo", CKR_PIN_LOCKED);
    const bool insisted = attempt.origin == PinOrigin::person && attempt.request.final_try;
    if ((info.flags & CKF_USER_PIN_FINAL_TRY) && !insisted) {
        return refused(Failure::pin_locked,
                       "the token has one PIN try left, and seald does not spend it by itself: a custodian who is sure of "
                       "the PIN says so with --final-try; a wrong one locks the token");
    }
    return {};
}

bool says_wrong(CK_RV ckr) { return ckr == CKR_PIN_INCORRECT || ckr == CKR_PIN_INVALID || ckr == CKR_PIN_LEN_RANGE; }

Outcome<void> call_login(const Session& session, CK_USER_TYPE user, const Secret& pin) {
    // Cryptoki's parameter is not const; the module has no business changing it, and gets a copy it may ruin.
    Secret copy(std::vector<char>(pin.reveal().begin(), pin.reveal().end()));
    auto* text = reinterpret_cast<CK_UTF8CHAR*>(const_cast<char*>(copy.reveal().data()));
    const auto ckr = session.api().C_Login(session.handle(), user, text, copy.size());
    if (ckr == CKR_OK || (ckr == CKR_USER_ALREADY_LOGGED_IN && user == CKU_USER)) return {};
    auto error = failed_call("C_Login", ckr);
    error.pin_sent = true;
    return error;
}

}  // namespace

PinRules::PinRules() : own_salt_(token_protocol::pin_print_bytes) {
    if (RAND_bytes(own_salt_.data(), static_cast<int>(own_salt_.size())) != 1) throw std::runtime_error("RAND_bytes");
}

Outcome<void> PinRules::check(const CK_TOKEN_INFO& info, const PinAttempt& attempt) const {
    if (auto length = check_length(info, attempt.pin.size()); !length) return length;
    if (auto tries = check_tries_left(info, attempt); !tries) return tries;
    return check_not_refused(attempt);
}

Outcome<void> PinRules::check_not_refused(const PinAttempt& attempt) const {
    const auto& earlier = attempt.request.refused;
    if (earlier.empty() && refused_.empty()) return {};  // a print takes 0.1 s
    const auto print = print_of(attempt);
    const auto here = std::ranges::find(refused_, print, &Refused::print);
    const bool known_here = here != refused_.end() && (here->certain || attempt.origin == PinOrigin::unattended);
    if (!known_here && std::ranges::find(earlier, print) == earlier.end()) return {};
    const bool unattended = attempt.origin == PinOrigin::unattended;
    auto error = refused(Failure::pin_incorrect, std::string("the token has refused this PIN before; it was not sent again: ") +
                                                     (unattended ? "correct the configured PIN source"
                                                                 : "type the right one, or say --pin-changed if it was changed "
                                                                   "with the vendor's tool since"));
    if (here != refused_.end() && here->certain) error.pin_print = print;
    return error;
}

void PinRules::remember_failure(const PinAttempt& attempt, TokenError& error) {
    const bool certain = says_wrong(error.ckr);
    // Some drivers report a wrong PIN as a general error: a machine's PIN counts as wrong unless the token was pulled
    // out.
    if (!certain && (attempt.origin == PinOrigin::person || means_removed(error.ckr))) return;
    const auto print = print_of(attempt);
    if (certain) error.pin_print = print;
    if (refused_.size() == max_remembered) refused_.erase(refused_.begin());
    refused_.push_back({print, certain});
}

Bytes PinRules::print_of(const PinAttempt& attempt) const {
    return pin_print(attempt.pin, attempt.request.pin_salt.empty() ? own_salt_ : attempt.request.pin_salt);
}

Outcome<void> log_in(const Session& session, const Secret& pin) { return call_login(session, CKU_USER, pin); }

Outcome<void> log_in_for_operation(const Session& session, const Secret& pin) {
    return call_login(session, CKU_CONTEXT_SPECIFIC, pin);
}

}  // namespace seald
