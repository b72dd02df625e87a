#include "tests/support/child_process.hpp"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace seald::test {
namespace {

constexpr auto one_look = std::chrono::milliseconds(10);
constexpr int looks_before_sigkill = 500;

// In the child, where only system calls are safe: the parent may have threads.
[[noreturn]] void die(const char* why) {
    const char* error = ::strerrordesc_np(errno);
    for (const char* part : {why, ": ", error == nullptr ? "" : error, "\n"}) {
        if (::write(2, part, std::strlen(part)) < 0) break;
    }
    ::_exit(127);
}

void mount_over(const std::map<std::filesystem::path, std::filesystem::path>& mounts) {
    if (mounts.empty()) return;
    if (::unshare(CLONE_NEWNS) != 0) die("a mount namespace of its own needs root (CAP_SYS_ADMIN)");
    if (::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) die("making mounts private");
    for (const auto& [ours, theirs] : mounts) {
        if (::mount(ours.c_str(), theirs.c_str(), nullptr, MS_BIND, nullptr) != 0) die(theirs.c_str());
    }
}

[[noreturn]] void become(const ChildProcess::Settings& settings, int log, pid_t parent, char* const* arguments) {
    ::dup2(log, 1);
    ::dup2(log, 2);
    if (::prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || ::getppid() != parent) ::_exit(127);
    mount_over(settings.mounts);
    ::execv(arguments[0], arguments);
    die(arguments[0]);
}

}  // namespace

ChildProcess::ChildProcess(const Settings& settings) : name_(settings.command.front()), log_(settings.log) {
    auto command = settings.command;
    std::vector<char*> arguments;
    for (auto& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (log < 0) throw std::runtime_error("cannot write " + log_.string());
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(settings, log, parent, arguments.data());
    ::close(log);
    if (pid_ < 0) throw std::runtime_error("cannot start " + name_);
}

ChildProcess::~ChildProcess() {
    if (pid_ == 0) return;
    ::kill(pid_, SIGTERM);
    for (int look = 0; !ended(); ++look) {
        if (look == looks_before_sigkill) ::kill(pid_, SIGKILL);
        pause();
    }
}

bool ChildProcess::ended() {
    if (pid_ != 0 && ::waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = 0;
    return pid_ == 0;
}

void ChildProcess::pause() const { std::this_thread::sleep_for(one_look); }

void ChildProcess::give_up(const std::string& what) const {
    std::stringstream said;
    said << std::ifstream(log_).rdbuf();
    throw std::runtime_error(name_ + (pid_ == 0 ? " ended" : " still runs") + " before " + what + ": " + said.str());
}

}  // namespace seald::test
