// A vendor's PKCS#11 library, loaded into this process and initialised for use by several threads. It is never
// unloaded: libraries that started threads of their own crash on that.
#pragma once
#include <filesystem>
#include <mutex>

#include "pkcs11/ckr.hpp"

namespace seald {

class Module {
  public:
    explicit Module(std::filesystem::path file) : file_(std::move(file)) {}
    ~Module();
    Module(const Module&) = delete;
    Module& operator=(const Module&) = delete;

    // Loads and initialises what is not yet; to be called before anything else, and again after it failed.
    Outcome<void> make_ready();
    // C_Finalize and C_Initialize: the last thing that helps before a new process. All sessions must be closed.
    Outcome<void> restart();

    const CK_FUNCTION_LIST& api() const { return *api_; }
    // C_OpenSession and C_CloseSession go one at a time: tpm2-pkcs11 hands out the same handle twice otherwise.
    std::mutex& sessions_mutex() { return sessions_mutex_; }

  private:
    Outcome<void> load();
    Outcome<void> initialise();

    std::filesystem::path file_;
    CK_FUNCTION_LIST* api_ = nullptr;
    bool initialised_ = false;
    std::mutex sessions_mutex_;
};

}  // namespace seald
