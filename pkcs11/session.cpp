#include "pkcs11/session.hpp"

#include <utility>

namespace seald {

Outcome<Session> Session::open(Module& module, CK_SLOT_ID slot, SessionKind kind) {
    const CK_FLAGS flags = CKF_SERIAL_SESSION | (kind == SessionKind::read_write ? CKF_RW_SESSION : 0);
    CK_SESSION_HANDLE handle = 0;
    const std::scoped_lock lock(module.sessions_mutex());
    const auto ckr = module.api().C_OpenSession(slot, flags, nullptr, nullptr, &handle);
    if (ckr != CKR_OK) return failed_call("C_OpenSession", ckr);
    return Session(module, handle);
}

Session::Session(Session&& other) noexcept
    : module_(std::exchange(other.module_, nullptr)), handle_(other.handle_), generation_(other.generation_) {}

Session& Session::operator=(Session&& other) noexcept {
    if (this != &other) {
        close();
        module_ = std::exchange(other.module_, nullptr);
        handle_ = other.handle_;
        generation_ = other.generation_;
    }
    return *this;
}

Outcome<void> Session::check_logged_in() const {
    CK_SESSION_INFO info{};
    const auto ckr = api().C_GetSessionInfo(handle_, &info);
    if (ckr != CKR_OK) return failed_call("C_GetSessionInfo", ckr);
    if (info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS) return {};
    return failed_call("C_GetSessionInfo", CKR_USER_NOT_LOGGED_IN);
}

void Session::close() noexcept {
    if (module_ == nullptr) return;
    const std::scoped_lock lock(module_->sessions_mutex());
    // Fails when the token is gone; nothing is left to close then. Nor is there after the module was initialised anew.
    if (generation_ == module_->generation()) module_->api().C_CloseSession(handle_);
    module_ = nullptr;
}

}  // namespace seald
