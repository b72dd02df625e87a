#include "daemon/server/peer.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <string>
#include <string_view>

#include "core/encoding.hpp"

namespace seald {
namespace {

std::string clean(std::string text) { return is_clean_text(text) ? text : std::string(); }  // it goes into logs and ledger entries

std::string executable_of(int process) {
    std::array<char, PATH_MAX> path{};
    const ssize_t size = ::readlinkat(process, "exe", path.data(), path.size());
    return size <= 0 ? std::string() : clean({path.data(), static_cast<std::size_t>(size)});
}

// What follows `mark` in its line; nothing where no line has it.
std::string after(std::string_view text, std::string_view mark) {
    const auto found = text.find(mark);
    if (found == text.npos) return {};
    text.remove_prefix(found + mark.size());
    return clean(std::string(text.substr(0, text.find('\n'))));
}

// "0::/system.slice/erp.service", or systemd's own line on a host with version 1: see cgroups(7).
std::string cgroup_of(int process) {
    const int file = ::openat(process, "cgroup", O_RDONLY | O_CLOEXEC);
    if (file < 0) return {};
    std::array<char, PATH_MAX> content{};
    const ssize_t size = ::read(file, content.data(), content.size());
    ::close(file);
    const std::string text = "\n" + std::string(content.data(), size < 0 ? 0 : static_cast<std::size_t>(size));
    const std::string unified = after(text, "\n0::");
    return unified.empty() ? after(text, ":name=systemd:") : unified;
}

// The descriptor of /proc/PID pins one process: owner and facts are read of the same one even if the pid is reused.
void read_process(Peer& peer) {
    if (peer.pid <= 0) return;  // a process outside our pid namespace
    const int process = ::open(("/proc/" + std::to_string(peer.pid)).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (process < 0) return;
    struct stat owner {};
    if (::fstat(process, &owner) == 0 && owner.st_uid == peer.uid) {
        peer.executable = executable_of(process);
        peer.cgroup = cgroup_of(process);
    }
    ::close(process);
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
    read_process(peer);
    return peer;
}

}  // namespace seald
