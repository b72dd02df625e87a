// A client made of bare system calls, so that tests can send what no HTTP library would.
#pragma once
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

namespace seald {

class ClientSocket {
  public:
    explicit ClientSocket(const std::string& path) : descriptor_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        const timeval patience{20, 0};  // a test that would hang fails instead
        ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    }
    ~ClientSocket() { ::close(descriptor_); }
    ClientSocket(const ClientSocket&) = delete;
    ClientSocket& operator=(const ClientSocket&) = delete;

    bool connected() const { return connected_; }

    // A server that has had enough closes while we still send: that is not the test's failure.
    ClientSocket& send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) break;
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
        return *this;
    }
    // Sends without waiting; false once the server has closed.
    bool try_send(std::string_view bytes) {
        const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        return sent >= 0 || errno == EAGAIN;
    }
    ClientSocket& get(std::string_view target, std::string_view fields = "") {
        return send("GET " + std::string(target) + " HTTP/1.1\r\nHost: seald\r\n" + std::string(fields) + "\r\n");
    }
    void half_close() { ::shutdown(descriptor_, SHUT_WR); }

    // One whole answer: head and as much body as Content-Length says.
    std::string answer() {
        while (received_.find("\r\n\r\n") == std::string::npos && receive()) {
        }
        const auto head = received_.find("\r\n\r\n");
        if (head == std::string::npos) return std::exchange(received_, {});
        const auto field = received_.find("Content-Length: ");
        const std::size_t body = field < head ? std::stoul(received_.substr(field + 16)) : 0;
        while (received_.size() < head + 4 + body && receive()) {
        }
        std::string whole = received_.substr(0, head + 4 + body);
        received_.erase(0, whole.size());
        return whole;
    }
    // What is left until the server closes; a test fails if it does not.
    std::string rest() {
        while (receive()) {
        }
        EXPECT_TRUE(closed_) << "the server left the connection open";
        return std::exchange(received_, {});
    }

  private:
    bool receive() {
        std::array<char, 65536> bytes{};
        const ssize_t size = ::recv(descriptor_, bytes.data(), bytes.size(), 0);
        closed_ = size == 0 || (size < 0 && errno == ECONNRESET);
        if (size > 0) received_.append(bytes.data(), static_cast<std::size_t>(size));
        return size > 0;
    }
    int descriptor_;
    bool connected_ = false;
    bool closed_ = false;
    std::string received_;
};

inline int status_of(std::string_view answer) {
    return answer.starts_with("HTTP/1.1 ") && answer.size() > 12 ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

inline std::string body_of(std::string_view answer) {
    const auto head = answer.find("\r\n\r\n");
    return head == std::string_view::npos ? "" : std::string(answer.substr(head + 4));
}

// The value of a field, empty when it is not there.
inline std::string field_of(std::string_view answer, const std::string& name) {
    const auto begin = answer.find("\r\n" + name + ": ");
    if (begin == std::string_view::npos) return {};
    const auto value = begin + name.size() + 4;
    return std::string(answer.substr(value, answer.find("\r\n", value) - value));
}

}  // namespace seald
