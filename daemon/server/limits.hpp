// What one client may cost the daemon. Each read and write has a size and a deadline; none can be switched off.
#pragma once
#include <chrono>
#include <cstddef>

namespace seald {

struct ServerLimits {
    std::size_t head_bytes = 16UL * 1024;    // request line and fields; over it: 431
    std::size_t body_bytes = 1024UL * 1024;  // over it: 413
    std::size_t target_bytes = 2UL * 1024;   // over it: 414
    std::size_t connections = 512;           // over it: 503
    std::size_t connections_per_user = 64;   // of one uid or certificate, so that one cannot shut out others; over it: 429
    std::size_t handshakes = 64;             // TLS clients not known yet; over it the one that has waited longest goes

    std::chrono::milliseconds handshake = std::chrono::seconds(10);
    std::chrono::milliseconds idle = std::chrono::seconds(60);      // from an answer to the next request's first byte
    std::chrono::milliseconds request = std::chrono::seconds(30);   // from its first byte to its last
    std::chrono::milliseconds response = std::chrono::seconds(30);  // for the client to take the whole answer
    std::chrono::milliseconds linger = std::chrono::seconds(1);     // for the client to read why it is being cut off
    std::chrono::milliseconds drain =
        std::chrono::seconds(10);  // from stop() until running requests lose their sockets
};

// Those that wait for the server's key on a token make room only when it has answered.
constexpr std::size_t most_handshaking(const ServerLimits& limits) { return 2 * limits.handshakes; }

}  // namespace seald
