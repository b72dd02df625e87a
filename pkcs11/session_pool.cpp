#include "pkcs11/session_pool.hpp"

#include <algorithm>
#include <utility>

#include "pkcs11/login.hpp"

namespace seald {

using token_protocol::Failure;

namespace {

// Somebody changed it on the token since we logged in.
bool says_pin_is_wrong(const TokenError& error) {
    return error.failure == Failure::pin_incorrect || error.failure == Failure::pin_locked;
}

}  // namespace

Outcome<FoundKey> SigningSession::key(const Bytes& key_id) {
    if (const auto known = keys.find(key_id); known != keys.end()) return known->second;
    auto found = find_private_key(session, key_id);
    if (found) keys.emplace(key_id, *found);
    return found;
}

SessionLoan::SessionLoan(SessionLoan&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)), session_(std::move(other.session_)) {}

SessionLoan::~SessionLoan() {
    if (pool_ != nullptr) pool_->give_back(std::move(session_));
}

CK_SLOT_ID SessionLoan::slot() const { return pool_->slot_; }

void SessionLoan::discard_after(const TokenError& error) {
    session_.reset();
    if (pool_->ends_login(error)) pool_->lose(error);
}

void SessionPool::begin(CK_SLOT_ID slot, Session anchor, CK_ULONG token_limit, Secret pin) {
    const std::scoped_lock lock(mutex_);
    slot_ = slot;
    anchor_.emplace(std::move(anchor));
    limit_ = configured_limit_;
    const bool stated = token_limit > 1 && token_limit != unavailable_information;
    if (stated && token_limit - 1 < limit_) limit_ = static_cast<unsigned>(token_limit - 1);
    opened_ = failures_in_a_row_ = 0;
    open_ = true;
    pin_ = pin.empty() ? nullptr : std::make_shared<const Secret>(std::move(pin));
    trouble_.clear();
}

// While a loan is out, or about to be, the anchor stays where it is: asking it needs no lock.
bool SessionPool::ends_login(const TokenError& error) {
    if (means_removed(error.ckr) || says_pin_is_wrong(error)) return true;
    return may_mean_removed(error.ckr) && (!check_login() || fails_again_and_again(error));
}

// Some modules (tpm2-pkcs11) say that the login stands though the device behind them was reset.
bool SessionPool::fails_again_and_again(const TokenError& error) {
    constexpr unsigned enough = 3;
    const std::scoped_lock lock(mutex_);
    return error.ckr == CKR_GENERAL_ERROR && ++failures_in_a_row_ >= enough;
}

Outcome<SessionLoan> SessionPool::borrow() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return !open_ || !idle_.empty() || opened_ < limit_; });
        if (!open_) return failed_call({}, CKR_USER_NOT_LOGGED_IN);
        if (!idle_.empty()) {
            SigningSession session = std::move(idle_.back());
            idle_.pop_back();
            return SessionLoan(*this, std::move(session));
        }
        ++opened_;
        const auto slot = slot_;
        lock.unlock();
        auto session = Session::open(module_, slot, SessionKind::read_only);
        if (session) return SessionLoan(*this, SigningSession{std::move(*session), {}});
        const auto error = session.error();
        const bool gone = ends_login(error);
        lock.lock();
        --opened_;
        if (gone) {
            open_ = false;
            trouble_ = trace_of(error);
        }
        changed_.notify_all();
        // A token with fewer sessions than it said, or that shares them with other programs: make do with what we have.
        if (error.ckr != CKR_SESSION_COUNT || opened_ == 0) return error;
        limit_ = opened_;
    }
}

bool SessionPool::logged_in() {
    const std::scoped_lock lock(mutex_);
    return open_;
}

Outcome<void> SessionPool::check_login() {
    if (!anchor_) return failed_call({}, CKR_USER_NOT_LOGGED_IN);
    return anchor_->check_logged_in();
}

std::shared_ptr<const Secret> SessionPool::pin() {
    const std::scoped_lock lock(mutex_);
    return pin_;
}

Outcome<void> SessionPool::authenticate(const Session& session) {
    const std::scoped_lock one_at_a_time(authenticating_);
    const auto pin = this->pin();
    if (pin == nullptr) return refused(token_protocol::Failure::token_locked, "this key wants its PIN for every signature: unlock the token again");
    auto known = log_in_for_operation(session, *pin);
    if (!known && says_pin_is_wrong(known.error())) lose(known.error());
    return known;
}

std::shared_ptr<const Secret> SessionPool::take_refused_pin() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(refused_pin_, nullptr);
}

std::string SessionPool::trouble() {
    const std::scoped_lock lock(mutex_);
    return trouble_;
}

void SessionPool::lose(const TokenError& why) {
    const std::scoped_lock lock(mutex_);
    if (open_) trouble_ = trace_of(why);
    open_ = false;
    if (says_pin_is_wrong(why) && pin_ != nullptr) refused_pin_ = std::exchange(pin_, nullptr);
    changed_.notify_all();
}

Outcome<void> SessionPool::end() {
    std::unique_lock lock(mutex_);
    open_ = false;
    pin_ = nullptr;
    changed_.notify_all();
    changed_.wait(lock, [&] { return opened_ == idle_.size(); });
    idle_.clear();
    opened_ = 0;
    if (!anchor_) return {};
    const auto ckr = anchor_->api().C_Logout(anchor_->handle());
    anchor_.reset();
    if (ckr != CKR_OK && ckr != CKR_USER_NOT_LOGGED_IN) return failed_call("C_Logout", ckr);
    return {};
}

void SessionPool::give_back(std::optional<SigningSession> session) {
    const std::scoped_lock lock(mutex_);
    if (session) failures_in_a_row_ = 0;  // what failed is not given back
    if (session && open_) {
        idle_.push_back(std::move(*session));
    } else {
        session.reset();
        --opened_;
    }
    changed_.notify_all();
}

}  // namespace seald
