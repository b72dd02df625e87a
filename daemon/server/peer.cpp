#include "daemon/server/peer.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string>

#include "core/encoding.hpp"

namespace seald {
namespace {

// The descriptor of /proc/PID pins one process: owner and link are read of the same one even if the pid is reused.
std::string executable_of(pid_t pid, uid_t uid) {
    if (pid <= 0) return {};  // a process outside our pid namespace
    const int process = ::open(("/proc/" + std::to_string(pid)).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (process < 0) return {};
    struct stat owner {};
    std::array<char, PATH_MAX> path{};
    ssize_t size = -1;
    if (::fstat(process, &owner) == 0 && owner.st_uid == uid) {
        size = ::readlinkat(process, "exe", path.data(), path.size());
    }
    ::close(process);
    if (size <= 0) return {};
    std::string text(path.data(), static_cast<std::size_t>(size));
    return is_clean_text(text) ? text : std::string();  // it goes into logs and ledger entries
}

}  // namespace

Result<Peer> read_peer(int descriptor) {
    ucred credentials{};
    socklen_t size = sizeof credentials;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 || size != sizeof credentials) {
        return internal_error("SO_PEERCRED: errno " + std::to_string(errno));
    }
    Peer peer;
    peer.uid = credentials.uid;
    peer.gid = credentials.gid;
    peer.pid = credentials.pid;
    peer.executable = executable_of(credentials.pid, credentials.uid);
    return peer;
}

}  // namespace seald
