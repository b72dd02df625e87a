// What the reader driver inside pcscd and the card's program say to each other over a Unix socket. A request is a kind
// (1 byte), a length (2 bytes, big-endian) and so many bytes; its answer is a length and so many bytes.
#pragma once
#include <sys/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace seald::test::wire {

using Bytes = std::vector<std::uint8_t>;

enum class Kind : std::uint8_t {
    power_on = 1,   // → the card's ATR; empty: no card
    power_off = 2,  // → empty
    presence = 3,   // → one byte: 1 when a card is in and was in ever since the last question
    transmit = 4,   // an APDU → its response; empty: the card has gone
};

inline bool send_all(int socket, std::span<const std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
    }
    return true;
}

inline bool receive_all(int socket, std::span<std::uint8_t> target) {
    while (!target.empty()) {
        const auto got = ::recv(socket, target.data(), target.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        target = target.subspan(static_cast<std::size_t>(got));
    }
    return true;
}

inline bool send_counted(int socket, Bytes head, std::span<const std::uint8_t> bytes) {
    head.push_back(static_cast<std::uint8_t>(bytes.size() >> 8));
    head.push_back(static_cast<std::uint8_t>(bytes.size() & 0xff));
    head.insert(head.end(), bytes.begin(), bytes.end());
    return send_all(socket, head);
}

inline std::optional<Bytes> receive_counted(int socket) {
    std::uint8_t length[2];
    if (!receive_all(socket, length)) return std::nullopt;
    Bytes bytes(static_cast<std::size_t>(length[0]) << 8 | length[1]);
    if (!receive_all(socket, bytes)) return std::nullopt;
    return bytes;
}

}  // namespace seald::test::wire
