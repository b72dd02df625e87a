#include "tests/support/faulty_module/lost_token.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

namespace seald::test {
namespace {

constexpr std::array about_slots{"C_GetTokenInfo", "C_GetMechanismList", "C_GetMechanismInfo", "C_OpenSession",
                                 "C_InitToken"};
constexpr std::array about_the_module{"C_Initialize",  "C_Finalize",    "C_GetInfo",
                                      "C_GetSlotList", "C_GetSlotInfo", "C_WaitForSlotEvent"};

std::string state_in(const Rules& rules) {
    for (const auto& rule : rules.about("token")) {
        if (rule.action == "away") return "away";
        if (rule.action == "in") return "in " + std::to_string(rule.number(0));
    }
    return "in 0";
}

}  // namespace

CK_RV LostToken::answer_without_token(std::string_view function) {
    if (std::ranges::find(about_the_module, function) != about_the_module.end()) return CKR_OK;
    return std::ranges::find(about_slots, function) != about_slots.end() ? CKR_TOKEN_NOT_PRESENT : CKR_DEVICE_REMOVED;
}

std::string LostToken::look(const Rules& rules) {
    const std::scoped_lock lock(mutex_);
    auto state = state_in(rules);
    if (!state_.empty() && state != state_) close_all_sessions();
    state_ = state;
    return state;
}

void LostToken::set_initialised(bool initialised) {
    const std::scoped_lock lock(mutex_);
    initialised_ = initialised;
    reported_.clear();
}

// As OpenSC does, the first call reports a token that is there already.
bool LostToken::take_event() {
    const auto state = look(Rules::read());
    const std::scoped_lock lock(mutex_);
    const bool news = reported_.empty() ? !is_away(state) : state != reported_;
    reported_ = state;
    return news;
}

CK_RV LostToken::wait_for_event(CK_FLAGS flags, CK_SLOT_ID* slot) {
    for (; initialised_; std::this_thread::sleep_for(std::chrono::milliseconds(20))) {
        if (take_event()) {
            const auto all = slots();
            if (!all.empty()) *slot = all.front();
            return all.empty() ? CKR_GENERAL_ERROR : CKR_OK;
        }
        if (flags & CKF_DONT_BLOCK) return CKR_NO_EVENT;
    }
    return CKR_CRYPTOKI_NOT_INITIALIZED;
}

std::vector<CK_SLOT_ID> LostToken::slots() const {
    CK_ULONG count = 0;
    if (real_->C_GetSlotList(CK_TRUE, nullptr, &count) != CKR_OK) return {};
    std::vector<CK_SLOT_ID> found(count);
    if (real_->C_GetSlotList(CK_TRUE, found.data(), &count) != CKR_OK) return {};
    found.resize(count);
    return found;
}

void LostToken::close_all_sessions() {
    const std::unique_lock lock(inside_);
    if (!initialised_) return;
    for (const auto slot : slots()) real_->C_CloseAllSessions(slot);
}

}  // namespace seald::test
