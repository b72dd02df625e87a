#include "pkcs11/session_pool.hpp"

#include <algorithm>
#include <utility>

namespace seald {

using token_protocol::Failure;

Outcome<CK_OBJECT_HANDLE> SigningSession::key(const Bytes& key_id) {
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

void SessionLoan::discard_after(const TokenError& error) {
    session_.reset();
    // While a loan is out the anchor stays where it is, so that asking it needs no lock.
    const bool gone = means_removed(error.ckr) || (may_mean_removed(error.ckr) && !pool_->login_is_alive());
    if (gone) pool_->lose();
}

void SessionPool::begin(CK_SLOT_ID slot, Session anchor, CK_ULONG token_limit) {
    const std::scoped_lock lock(mutex_);
    slot_ = slot;
    anchor_.emplace(std::move(anchor));
    limit_ = configured_limit_;
    const bool stated = token_limit > 1 && token_limit != unavailable_information;
    if (stated && token_limit - 1 < limit_) limit_ = static_cast<unsigned>(token_limit - 1);
    opened_ = 0;
    open_ = true;
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
        const bool gone = means_removed(error.ckr) || (may_mean_removed(error.ckr) && !login_is_alive());
        lock.lock();
        --opened_;
        if (gone) open_ = false;
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

bool SessionPool::login_is_alive() { return anchor_ && anchor_->logged_in(); }

void SessionPool::lose() {
    const std::scoped_lock lock(mutex_);
    open_ = false;
    changed_.notify_all();
}

Outcome<void> SessionPool::end() {
    std::unique_lock lock(mutex_);
    open_ = false;
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
    if (session && open_) {
        idle_.push_back(std::move(*session));
    } else {
        session.reset();
        --opened_;
    }
    changed_.notify_all();
}

}  // namespace seald
