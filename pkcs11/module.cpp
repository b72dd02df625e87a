#include "pkcs11/module.hpp"

#include <dlfcn.h>
#include <unistd.h>

namespace seald {

using token_protocol::Failure;

namespace {

constexpr std::chrono::milliseconds between_restarts{900};
// A module that tells of events knows what is in its readers. Initialised anew, OpenSC reads every card again, other
// processes' cards too, and holds them up for a fifth of a second.
constexpr std::chrono::milliseconds between_sparing_restarts{30'000};

}  // namespace

Module::~Module() {
    if (initialised_) api_->C_Finalize(nullptr);
}

Outcome<void> Module::make_ready() {
    if (api_ == nullptr) {
        if (auto loaded = load(); !loaded) return loaded;
    }
    return initialised_ ? Outcome<void>() : initialise();
}

Outcome<void> Module::restart() {
    const auto now = std::chrono::steady_clock::now();
    const bool sparing = tells_slot_events_ || quirks_.no_reinitialise;
    const auto pause = sparing ? between_sparing_restarts : between_restarts;
    if (now - last_restart_ < pause) return {};
    if (quirks_.no_reinitialise) ::_exit(token_protocol::exit_to_begin_anew);
    last_restart_ = now;
    if (initialised_) {
        api_->C_Finalize(nullptr);  // a module that is beyond this is beyond C_Initialize too, which will tell
        initialised_ = false;
    }
    return make_ready();
}

bool Module::slot_event_happened() {
    if (!initialised_ || quirks_.no_slot_events) return false;
    bool happened = false;
    // Each call takes one event. A module that reports without end is asked again at the next look.
    for (int events = 0; events < 64; ++events) {
        CK_SLOT_ID slot = 0;
        if (api_->C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) != CKR_OK) break;
        if (!tells_slot_events_) last_restart_ = std::chrono::steady_clock::now();
        happened = tells_slot_events_ = true;
    }
    return happened;
}

Outcome<void> Module::load() {
    void* library = ::dlopen(file_.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
        const char* why = ::dlerror();
        return refused(Failure::token_absent,
                       "the PKCS#11 module does not load: " + std::string(why == nullptr ? file_.c_str() : why));
    }
    auto* get_list = reinterpret_cast<CK_C_GetFunctionList>(::dlsym(library, "C_GetFunctionList"));
    if (get_list == nullptr) {
        return refused(Failure::token_absent, file_.string() + " is not a PKCS#11 module: it has no C_GetFunctionList");
    }
    CK_FUNCTION_LIST* list = nullptr;
    const auto ckr = get_list(&list);
    if (ckr != CKR_OK) return failed_call("C_GetFunctionList", ckr);
    if (list == nullptr) return refused(Failure::token_failed, file_.string() + " gave no function list");
    api_ = list;
    return {};
}

Outcome<void> Module::initialise() {
    CK_C_INITIALIZE_ARGS arguments{};
    arguments.flags = CKF_OS_LOCKING_OK;
    const auto ckr = api_->C_Initialize(&arguments);
    if (ckr != CKR_OK && ckr != CKR_CRYPTOKI_ALREADY_INITIALIZED) return failed_call("C_Initialize", ckr);
    initialised_ = true;
    ++generation_;
    if (tells_slot_events_ || quirks_.no_reinitialise) last_restart_ = std::chrono::steady_clock::now();
    return {};
}

}  // namespace seald
