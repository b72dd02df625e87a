// A PIN in a file that the daemon's user alone may read, so that a token is unlocked without anybody.
#pragma once
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {

class PinFile {
  public:
    explicit PinFile(const std::string& pin = "1234") {
        std::ofstream(file()) << pin;
        give_to(folder_.path(), daemon_uid, 0700);
        give_to(file(), daemon_uid, 0600);
    }
    std::filesystem::path file() const { return folder_.path() / "pin"; }
    std::string source() const { return "file:" + file().string(); }  // as [[token]] pin

  private:
    TemporaryFolder folder_{"seald-pin"};
};

}  // namespace seald::test
