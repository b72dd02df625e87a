#include "daemon/tokens/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

// glibc 2.36 forgot to tell C++ that these are C functions.
extern "C" {
#include <sys/pidfd.h>
}

#include <array>
#include <cerrno>
#include <cstring>

namespace seald {
namespace {

constexpr int child_socket = 3;

// posix_spawn's two option objects, ready for use.
class SpawnOptions {
  public:
    explicit SpawnOptions(int socket) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        ::posix_spawn_file_actions_adddup2(&actions_, socket, child_socket);  // clears close-on-exec, even onto itself
        ::posix_spawnattr_init(&attributes_);
        sigset_t none, all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&attributes_, &none);
        ::posix_spawnattr_setsigdefault(&attributes_, &all);
        // A process group of its own: Ctrl-C on a terminal is for the daemon, which decides when tokens go.
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        ::posix_spawnattr_setflags(&attributes_,
                                   POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
    }
    ~SpawnOptions() {
        ::posix_spawn_file_actions_destroy(&actions_);
        ::posix_spawnattr_destroy(&attributes_);
    }
    SpawnOptions(const SpawnOptions&) = delete;
    SpawnOptions& operator=(const SpawnOptions&) = delete;

    int start(pid_t& pid, const char* program, char* const* arguments) const {
        return ::posix_spawn(&pid, program, &actions_, &attributes_, arguments, environ);
    }

  private:
    posix_spawn_file_actions_t actions_;
    posix_spawnattr_t attributes_;
};

Error cannot_start(const TokenCommand& command, int error) {
    return unavailable("the token process cannot be started", true,
                       command.program.string() + ": " + std::strerror(error));
}

int spawn_with_socket(pid_t& pid, const TokenCommand& command, int socket) {
    std::vector<std::string> texts{command.program.string(), "--fd", std::to_string(child_socket)};
    texts.insert(texts.end(), command.arguments.begin(), command.arguments.end());
    std::vector<char*> pointers;
    for (auto& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return SpawnOptions(socket).start(pid, texts.front().c_str(), pointers.data());
}

}  // namespace

Result<SpawnedProcess> spawn(const TokenCommand& command) {
    std::array<int, 2> sockets{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets.data()) != 0) return cannot_start(command, errno);
    SpawnedProcess process;
    process.socket = sockets[0];
    const int failed = spawn_with_socket(process.pid, command, sockets[1]);
    ::close(sockets[1]);
    if (failed != 0) {
        ::close(sockets[0]);
        return cannot_start(command, failed);
    }
    process.pidfd = ::pidfd_open(process.pid, 0);
    if (process.pidfd < 0) {
        const int error = errno;
        ::kill(process.pid, SIGKILL);
        ::waitpid(process.pid, nullptr, 0);
        ::close(sockets[0]);
        return cannot_start(command, error);
    }
    return process;
}

void kill_process(int pidfd) { ::pidfd_send_signal(pidfd, SIGKILL, nullptr, 0); }

}  // namespace seald
