// A peer that accepts one connection, reads until the head's end, and answers with fixed bytes: for what a sane daemon
// never does. `then` says whether it closes or leaves the client waiting.
#pragma once
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <string>
#include <thread>

#include "tests/unit/core/outside_tools.hpp"

namespace seald::testing {

class ScriptedServer {
  public:
    enum class Then { close, wait_for_the_client };

    explicit ScriptedServer(std::string answer, Then then = Then::close) : path_((folder_ / "s").string()) {
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.c_str(), path_.size() + 1);
        const void* raw = &address;
        if (::bind(listener_, static_cast<const sockaddr*>(raw), sizeof address) != 0 || ::listen(listener_, 1) != 0) {
            throw std::runtime_error("bind");
        }
        thread_ = std::thread([this, answer = std::move(answer), then] { serve(answer, then); });
    }
    ScriptedServer(const ScriptedServer&) = delete;
    ScriptedServer& operator=(const ScriptedServer&) = delete;
    ~ScriptedServer() {
        if (thread_.joinable()) thread_.join();
        ::close(listener_);
    }
    const std::string& path() const { return path_; }
    // What the client sent; waits until it has hung up.
    const std::string& request() {
        if (thread_.joinable()) thread_.join();
        return request_;
    }

  private:
    void serve(const std::string& answer, Then then) {
        const int peer = ::accept(listener_, nullptr, nullptr);
        char c = 0;
        while (request_.find("\r\n\r\n") == std::string::npos && ::read(peer, &c, 1) == 1) request_ += c;
        for (std::size_t sent = 0; sent < answer.size();) {
            const ssize_t n = ::send(peer, answer.data() + sent, answer.size() - sent, MSG_NOSIGNAL);
            if (n <= 0) break;
            sent += static_cast<std::size_t>(n);
        }
        while (then == Then::wait_for_the_client && ::read(peer, &c, 1) == 1) request_ += c;
        ::close(peer);
    }

    TempFolder folder_;
    std::string path_, request_;
    int listener_ = -1;
    std::thread thread_;
};

}  // namespace seald::testing
