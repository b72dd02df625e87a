// Where the daemon listens: a Unix socket. Refuses every other kind of address by name.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

struct ServerAddress {
    std::filesystem::path socket = "/run/seald/seald.sock";
};

Result<ServerAddress> decode_server_address(std::string_view text);  // "unix:/path"
Result<ServerAddress> load_server_address(
    const std::filesystem::path& configuration);  // [listen.unix] path in seald.toml

// The first that was given: --server, --config, $SEALD_SERVER, the default. Empty text: not given.
Result<ServerAddress> choose_server(const std::string& server, const std::string& configuration,
                                    const std::string& environment);

}  // namespace seald
