// Where the daemon listens: a Unix socket, or a host and port where it speaks TLS. Refuses every other kind of address.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

class ClientTls;

struct RemoteAddress {
    std::string host, port;  // the host as it must stand in the daemon's certificate
};

struct ServerAddress {
    std::filesystem::path socket = "/run/seald/seald.sock";
    std::optional<RemoteAddress> remote = {};      // then the socket is not used
    std::shared_ptr<const ClientTls> tls = {};     // for a remote one
    std::string str() const;
};

Result<ServerAddress> decode_server_address(std::string_view text);  // "unix:/path" or "https://host:port"
Result<ServerAddress> load_server_address(
    const std::filesystem::path& configuration);  // [listen.unix] path in seald.toml

// The first that was given: --server, --config, $SEALD_SERVER, the default. Empty text: not given.
Result<ServerAddress> choose_server(const std::string& server, const std::string& configuration,
                                    const std::string& environment);

}  // namespace seald
