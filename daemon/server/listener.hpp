// A listening socket, owned. A Unix socket never takes a path from a daemon that still answers on it, and never removes
// what is not a socket. Every local user may connect: callers are identified by SO_PEERCRED, and who can reach the
// path at all is decided by its directory. Over TCP nothing but TLS is spoken.
#pragma once
#include <sys/types.h>

#include <string>

#include "core/error.hpp"

namespace seald {

class Listener {
  public:
    enum class Kind { unix_socket, tcp };

    static Result<Listener> open(const std::string& path);
    static Result<Listener> open_tcp(const std::string& address);  // "0.0.0.0:7443", "[::]:7443"
    // A socket that systemd made and listens on; its path is systemd's to remove.
    static Result<Listener> adopt(int descriptor);

    Listener(Listener&& other) noexcept;
    Listener& operator=(Listener&&) = delete;
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;
    ~Listener();  // closes, and removes the path if it is still the one made here

    int descriptor() const { return descriptor_; }
    Kind kind() const { return kind_; }
    std::uint16_t port() const;  // tcp: the one it got, when 0 was asked for
    void close();

  private:
    Listener(int descriptor, Kind kind) : descriptor_(descriptor), kind_(kind) {}
    Result<void> bind_to(const std::string& path);
    int descriptor_;
    Kind kind_;
    std::string path_;  // empty: not ours to remove
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

}  // namespace seald
