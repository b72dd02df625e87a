#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "daemon/server/listener.hpp"

namespace seald {
namespace {

Error cannot_listen(const std::string& address, const std::string& why) {
    return unavailable("cannot listen on " + address + ": " + why, false);
}

std::string reason() { return std::generic_category().message(errno); }

using Addresses = std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)>;

Addresses decode(const std::string& address) {
    const auto colon = address.rfind(':');
    std::string host = address.substr(0, colon);
    if (host.size() > 2 && host.front() == '[') host = host.substr(1, host.size() - 2);
    addrinfo wanted{};
    wanted.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE;
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const bool decoded =
        colon != address.npos && ::getaddrinfo(host.c_str(), address.c_str() + colon + 1, &wanted, &found) == 0;
    return {decoded ? found : nullptr, &::freeaddrinfo};
}

}  // namespace

Result<Listener> Listener::open_tcp(const std::string& address) {
    const Addresses decoded = decode(address);
    if (!decoded) return cannot_listen(address, "this is not an address and port in numbers");
    Listener listener(::socket(decoded->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), Kind::tcp);
    if (listener.descriptor_ < 0) return cannot_listen(address, reason());
    const int yes = 1;  // a restarted daemon need not wait until the last connection of the one before is forgotten
    ::setsockopt(listener.descriptor_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (::bind(listener.descriptor_, decoded->ai_addr, decoded->ai_addrlen) != 0) return cannot_listen(address, reason());
    if (::listen(listener.descriptor_, SOMAXCONN) != 0) return cannot_listen(address, reason());
    return listener;
}

std::uint16_t Listener::port() const {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    // The sockets API's one way to have an address of any kind; both kinds keep the port at the same place.
    if (::getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &size) != 0) return 0;
    return ntohs(reinterpret_cast<const sockaddr_in*>(&address)->sin_port);
}

}  // namespace seald
