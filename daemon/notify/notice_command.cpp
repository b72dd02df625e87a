#include "daemon/notify/notice_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace seald {
namespace {

Error not_delivered(const std::string& why) { return unavailable("the notice was not delivered: " + why, true); }

// The command's standard input: written before it starts, so a command that does not read cannot hold us up.
int memory_with(const std::string& body) {
    const int file = static_cast<int>(::syscall(SYS_memfd_create, "notice", 1U /* MFD_CLOEXEC */));
    if (file < 0) return -1;
    const bool written = ::write(file, body.data(), body.size()) == static_cast<ssize_t>(body.size()) && ::lseek(file, 0, SEEK_SET) == 0;
    if (written) return file;
    ::close(file);
    return -1;
}

Result<pid_t> start(const std::string& command, int input) {
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
    posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    std::string program = command, path = "PATH=/usr/local/bin:/usr/bin:/bin", language = "LANG=C.UTF-8";
    std::array<char*, 2> arguments{program.data(), nullptr};
    std::array<char*, 3> environment{path.data(), language.data(), nullptr};
    pid_t child = 0;
    const int failure = ::posix_spawn(&child, command.c_str(), &files, &attributes, arguments.data(), environment.data());
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0) return not_delivered(command + " cannot be started: " + std::generic_category().message(failure));
    return child;
}

// Waits for the end through a descriptor of the process, which poll() can wait for with a limit.
bool ends_within(pid_t child, std::chrono::milliseconds limit) {
    const int process = static_cast<int>(::syscall(SYS_pidfd_open, child, 0));
    if (process < 0) return false;
    pollfd end{process, POLLIN, 0};
    const int ended = ::poll(&end, 1, static_cast<int>(limit.count()));
    ::close(process);
    return ended == 1;
}

}  // namespace

Result<void> run_notice_command(const std::string& command, const std::string& body, std::chrono::milliseconds limit) {
    const int input = memory_with(body);
    if (input < 0) return not_delivered("no memory for it");
    const auto child = start(command, input);
    ::close(input);
    if (!child) return child.error();
    const bool in_time = ends_within(*child, limit);
    if (!in_time) ::kill(*child, SIGKILL);
    int status = 0;
    while (::waitpid(*child, &status, 0) < 0 && errno == EINTR) continue;
    if (!in_time) return not_delivered(command + " did not end in time");
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) return not_delivered(command + " failed");
    return {};
}

}  // namespace seald
