// A folder for what nobody else may see, gone with everything in it: when the object ends, and also when a signal ends the program.
#pragma once
#include <csignal>
#include <filesystem>
#include <string>
#include <thread>

#include "core/error.hpp"

namespace seald {

class PrivateFolder {
  public:
    PrivateFolder();  // under TMPDIR, mode 0700
    ~PrivateFolder();
    PrivateFolder(const PrivateFolder&) = delete;
    PrivateFolder& operator=(const PrivateFolder&) = delete;
    Result<std::filesystem::path> path() const;  // unavailable where it could not be made

  private:
    std::string path_;
    bool made_;
    sigset_t before_{};
    std::thread watch_;  // takes the signals that would end us, which wait for it in every other thread
};

}  // namespace seald
