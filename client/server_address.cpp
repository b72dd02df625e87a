#include "client/server_address.hpp"

#include <toml++/toml.h>

#include <exception>

namespace seald {

Result<ServerAddress> decode_server_address(std::string_view text) {
    constexpr std::string_view scheme = "unix:";
    if (!text.starts_with(scheme) || text.size() == scheme.size()) {
        return malformed("server address '" + std::string(text) + "' is not understood; give unix:/path/to/seald.sock");
    }
    return ServerAddress{std::filesystem::path(text.substr(scheme.size()))};
}

Result<ServerAddress> load_server_address(const std::filesystem::path& configuration) {
    if (!std::filesystem::exists(configuration)) return not_found("no configuration file " + configuration.string());
    try {
        const toml::table file = toml::parse_file(configuration.string());
        const auto path = file["listen"]["unix"]["path"].value<std::string>();
        if (path && !path->empty()) return ServerAddress{*path};
    } catch (const toml::parse_error& error) {
        return malformed(configuration.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()));
    } catch (const std::exception& error) {
        return malformed(configuration.string() + ": " + error.what());
    }
    return ServerAddress{};
}

Result<ServerAddress> choose_server(const std::string& server, const std::string& configuration,
                                    const std::string& environment) {
    if (!server.empty()) return decode_server_address(server);
    if (!configuration.empty()) return load_server_address(configuration);
    if (!environment.empty()) return decode_server_address(environment);
    return ServerAddress{};
}

}  // namespace seald
