// A program that runs beside a test and goes with it, however the test ends: the kernel kills it when the thread that
// started it is no more. What it says is kept, for when it does not do what it should.
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace seald::test {

class ChildProcess {
  public:
    struct Settings {
        std::vector<std::string> command;  // the program by its path
        std::filesystem::path log;
        // Folders that it sees where others are: key in place of value. Needs root, and a kernel that lets root mount.
        std::map<std::filesystem::path, std::filesystem::path> mounts = {};
    };

    explicit ChildProcess(const Settings& settings);
    ~ChildProcess();  // SIGTERM, and SIGKILL where that does not help; waits
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    pid_t pid() const { return pid_; }
    // Throws, with what the program said, when it ends before the condition holds or that takes more than a minute.
    template <class Condition>
    void wait_until(const std::string& what, Condition condition) {
        for (int patience = 6000; !condition(); --patience) {
            if (patience == 0 || ended()) give_up(what);
            pause();
        }
    }

  private:
    bool ended();
    void pause() const;
    [[noreturn]] void give_up(const std::string& what) const;

    std::string name_;
    std::filesystem::path log_;
    pid_t pid_ = 0;  // 0 when it was seen to end
};

}  // namespace seald::test
