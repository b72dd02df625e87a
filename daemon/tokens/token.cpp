#include "daemon/tokens/token.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/tokens/token_error.hpp"

namespace seald {

namespace asio = boost::asio;
using namespace token_protocol;

std::string_view to_string(TokenEvent event) {
    switch (event) {
        case TokenEvent::started:
            return "started";
        case TokenEvent::died:
            return "died";
        case TokenEvent::present:
            return "present";
        case TokenEvent::absent:
            return "absent";
        case TokenEvent::replaced:
            return "replaced";
        case TokenEvent::unlocked:
            return "unlocked";
        case TokenEvent::locked:
            return "locked";
        case TokenEvent::login_lost:
            return "login-lost";
        case TokenEvent::session_renewed:
            return "session-renewed";
        case TokenEvent::login_paused:
            return "login-paused";
        case TokenEvent::pin_refused:
            return "pin-refused";
        case TokenEvent::pin_not_sent:
            return "pin-not-sent";
    }
    return "unknown";
}

Token::Token(asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      hooks_(std::move(hooks)),
      restart_timer_(executor_),
      lease_timer_(executor_),
      control_turn_(executor_),
      key_turn_(executor_) {}

// What the process says, compared with what was known: changes are news.
void Token::take(TokenInfo info) {
    const bool replaced = info.present && is_another_device(info);
    if (replaced) {
        info.present = info.logged_in = false;
        info.why_absent = "another device is there: " + info.manufacturer + " " + info.model + ", serial " + info.serial;
    }
    const auto presence = info.present ? Presence::present : Presence::absent;
    const bool lost_login = info_.logged_in && !info.logged_in;
    const bool changed = presence != std::exchange(presence_, presence);
    const bool returned = info.present && was_absent_;
    was_absent_ = !info.present;
    if (was_absent_ && changed) ++absences_;
    info_ = std::move(info);
    if (lost_login) {
        lease_.reset();
        observe(TokenEvent::login_lost, "token " + name().str() + " lost its login: " +
                                            (info_.trouble.empty() ? "the token says so" : info_.trouble));
    }
    if (!changed) return;
    if (!info_.present) {
        observe(replaced ? TokenEvent::replaced : TokenEvent::absent,
                "token " + name().str() + " is absent: " + info_.why_absent);
        return;
    }
    const bool needs_unlocking = !info_.logged_in && !wants_to_log_in();
    observe(TokenEvent::present, "token " + name().str() + (returned ? " is there again" : " is there") + ", serial " +
                                     info_.serial + (needs_unlocking ? ": unlock needed" : ""));
}

bool Token::is_another_device(const TokenInfo& info) const {
    const auto differs = [](const std::string& wanted, const std::string& there) { return !wanted.empty() && wanted != there; };
    return differs(expected_.serial, info.serial) || differs(expected_.manufacturer, info.manufacturer) ||
           differs(expected_.model, info.model);
}

Result<void> Token::check_ready(std::uint64_t signatures) const {
    const bool unknown = !process_ || process_->killed() || presence_ == Presence::unknown;
    if (unknown && was_absent_) return token_is_absent(name(), identity(), "it was not there when it was last seen");
    if (unknown) return locked_on_purpose_ ? token_is_locked(name(), why_not_running_) : not_running();
    if (!info_.present) return token_is_absent(name(), identity(), info_.why_absent);
    if (!info_.logged_in) return token_is_locked(name(), "known before asking");
    if (lease_ && !lease_->allows(signatures)) return lease_is_short(signatures);
    return {};
}

std::string_view Token::state_word() const {
    if (!process_ || process_->killed() || presence_ == Presence::unknown) {
        if (was_absent_) return "absent";
        if (locked_on_purpose_) return "locked";
        return why_not_running_.empty() ? "starting" : "failed";
    }
    if (!info_.present) return "absent";
    return info_.logged_in ? "ready" : "locked";
}

void Token::observe(TokenEvent event, std::string words, Bytes pin_print) const {
    if (hooks_.observe) hooks_.observe({event, std::move(words), std::move(pin_print)});
}

Error Token::not_running() const {
    return unavailable("token " + name().str() + " has no process at the moment: " +
                           (why_not_running_.empty() ? "it is being started" : why_not_running_),
                       true);
}

Error Token::lease_is_short(std::uint64_t signatures) const {
    const auto& terms = lease_->terms();
    const auto left = *terms.uses - lease_->used();
    return unavailable("token " + name().str() + " was unlocked by " + terms.by + " for " + std::to_string(*terms.uses) +
                           " uses, " + std::to_string(left) + " are left, " + std::to_string(signatures) +
                           " are needed: lock it and unlock it anew",
                       true);
}

std::string Token::identity() const {
    if (!expected_.serial.empty()) return "serial " + expected_.serial;
    return settings_.serial ? "serial " + *settings_.serial : "label " + settings_.label.value_or("");
}

}  // namespace seald
