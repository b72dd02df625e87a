#include "daemon/server/listener.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace seald {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

Error cannot_listen(const std::string& path, const std::string& why) {
    return unavailable("cannot listen on " + path + ": " + why, false);
}

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

// bind and connect take the generic address type: the one cast that the sockets API demands.
const sockaddr* generic(const sockaddr_un& address) { return reinterpret_cast<const sockaddr*>(&address); }

// 0 when something answers, else errno.
int try_connect(const std::string& path) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return errno;
    const sockaddr_un address = address_of(path);
    const int error = ::connect(probe, generic(address), sizeof address) == 0 ? 0 : errno;
    ::close(probe);
    return error;
}

// Removes the socket of a daemon that is gone. A full backlog (EAGAIN) is an answer too.
Result<void> make_room(const std::string& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
        if (errno == ENOENT) return {};
        return cannot_listen(path, reason(errno));
    }
    if (!S_ISSOCK(found.st_mode))
        return cannot_listen(path, "something that is not a socket is there; remove it by hand");
    const int error = try_connect(path);
    if (error == 0 || error == EAGAIN) return cannot_listen(path, "another daemon answers there");
    if (error != ECONNREFUSED)
        return cannot_listen(path, "cannot tell whether another daemon answers: " + reason(error));
    if (::unlink(path.c_str()) != 0) return cannot_listen(path, "cannot remove the stale socket: " + reason(errno));
    return {};
}

int option(int descriptor, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

}  // namespace

Result<Listener> Listener::open(const std::string& path) {
    if (path.empty() || path.size() >= sizeof(sockaddr_un::sun_path) || path.find('\0') != std::string::npos) {
        return cannot_listen(path, "a socket's path has 1 to 107 bytes and no NUL");
    }
    if (const Result<void> room = make_room(path); !room) return room.error();
    Listener listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), Kind::unix_socket);
    if (listener.descriptor_ < 0) return cannot_listen(path, reason(errno));
    if (const Result<void> bound = listener.bind_to(path); !bound) return bound.error();
    return listener;
}

Result<void> Listener::bind_to(const std::string& path) {
    const sockaddr_un address = address_of(path);
    if (::bind(descriptor_, generic(address), sizeof address) != 0) return cannot_listen(path, reason(errno));
    struct stat made {};
    if (::lstat(path.c_str(), &made) != 0) return cannot_listen(path, reason(errno));
    path_ = path;
    device_ = made.st_dev;
    inode_ = made.st_ino;
    // Before listen(): nobody can connect until the mode is what it will stay.
    if (::chmod(path.c_str(), 0666) != 0) return cannot_listen(path, reason(errno));
    if (::listen(descriptor_, SOMAXCONN) != 0) return cannot_listen(path, reason(errno));
    return {};
}

Result<Listener> Listener::adopt(int descriptor) {
    const int domain = option(descriptor, SO_DOMAIN);
    const bool usable = (domain == AF_UNIX || domain == AF_INET || domain == AF_INET6) &&
                        option(descriptor, SO_TYPE) == SOCK_STREAM && option(descriptor, SO_ACCEPTCONN) == 1;
    if (!usable) return unavailable("the descriptor handed over is not a listening Unix or TCP stream socket", false);
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 ||
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
        return unavailable("cannot use the socket handed over: " + reason(errno), false);
    }
    return Listener(descriptor, domain == AF_UNIX ? Kind::unix_socket : Kind::tcp);
}

Listener::Listener(Listener&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      kind_(other.kind_),
      path_(std::exchange(other.path_, {})),
      device_(other.device_),
      inode_(other.inode_) {}

Listener::~Listener() { close(); }

void Listener::close() {
    // The path first: once the descriptor is closed, a newer daemon may take the path at any moment.
    struct stat found {};
    if (!path_.empty() && ::lstat(path_.c_str(), &found) == 0 && found.st_dev == device_ && found.st_ino == inode_) {
        ::unlink(path_.c_str());
    }
    path_.clear();
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
}

}  // namespace seald
