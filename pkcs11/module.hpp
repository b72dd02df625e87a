// A vendor's PKCS#11 library, loaded into this process and initialised for use by several threads. It is never
// unloaded: libraries that started threads of their own crash on that.
#pragma once
#include <atomic>
#include <chrono>
#include <filesystem>
#include <mutex>

#include "pkcs11/ckr.hpp"
#include "pkcs11/quirks.hpp"

namespace seald {

class Module {
  public:
    explicit Module(std::filesystem::path file, Quirks quirks = {}) : file_(std::move(file)), quirks_(quirks) {}
    ~Module();
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;

    // Loads and initialises what is not yet; to be called before anything else, and again after it failed.
    Outcome<void> make_ready();
    // C_Finalize and C_Initialize: the last thing that helps before a new process. All sessions must be closed. At most
    // once a second (once in thirty where the module tells of events), else it does
    // nothing. Where a quirk forbids it the process ends, and the daemon starts another.
    Outcome<void> restart();
    // Did the module say that a token came or went? Answers at once.
    bool slot_event_happened();
    // It has said so at least once: modules that have the function and never tell anything look the same before that.
    bool tells_slot_events() const { return tells_slot_events_; }
    // Which C_Initialize this is the time after: handles from before another one are nothing, or somebody else's.
    unsigned generation() const { return generation_; }

    const CK_FUNCTION_LIST& api() const { return *api_; }
    // C_OpenSession and C_CloseSession go one at a time: tpm2-pkcs11 hands out the same handle twice otherwise.
    std::mutex& sessions_mutex() { return sessions_mutex_; }

  private:
    Outcome<void> load();
    Outcome<void> initialise();

    std::filesystem::path file_;
    const Quirks quirks_;
    CK_FUNCTION_LIST* api_ = nullptr;
    bool initialised_ = false;
    std::atomic<unsigned> generation_ = 0;
    bool tells_slot_events_ = false;
    std::chrono::steady_clock::time_point last_restart_{};
    std::mutex sessions_mutex_;
};

}  // namespace seald
