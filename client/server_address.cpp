#include "client/server_address.hpp"

#include <toml++/toml.h>

#include <exception>

namespace seald {

namespace {

constexpr std::string_view local_scheme = "unix:", remote_scheme = "https://";

Error not_understood(std::string_view text) {
    return malformed("server address '" + std::string(text) +
                     "' is not understood; give unix:/path/to/seald.sock or https://host:port");
}

Result<ServerAddress> decode_remote(std::string_view text) {
    std::string_view place = text.substr(remote_scheme.size());
    if (place.ends_with('/')) place.remove_suffix(1);
    const auto colon = place.rfind(':');
    std::string_view host = place.substr(0, std::min(colon, place.size()));
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    if (bracketed) host = host.substr(1, host.size() - 2);
    const std::string_view port = colon == place.npos ? std::string_view() : place.substr(colon + 1);
    const bool number = !port.empty() && port.find_first_not_of("0123456789") == port.npos;
    const auto forbidden = bracketed ? "/?#@" : "/?#@:";
    if (host.empty() || !number || host.find_first_of(forbidden) != host.npos) return not_understood(text);
    ServerAddress address;
    address.remote = RemoteAddress{std::string(host), std::string(port)};
    return address;
}

}  // namespace

std::string ServerAddress::str() const {
    return remote ? std::string(remote_scheme) + remote->host + ":" + remote->port : socket.string();
}

Result<ServerAddress> decode_server_address(std::string_view text) {
    if (text.starts_with(remote_scheme)) return decode_remote(text);
    if (!text.starts_with(local_scheme) || text.size() == local_scheme.size()) return not_understood(text);
    ServerAddress address;
    address.socket = text.substr(local_scheme.size());
    return address;
}

Result<ServerAddress> load_server_address(const std::filesystem::path& configuration) {
    if (!std::filesystem::exists(configuration)) return not_found("no configuration file " + configuration.string());
    try {
        const toml::table file = toml::parse_file(configuration.string());
        const auto path = file["listen"]["unix"]["path"].value<std::string>();
        ServerAddress address;
        if (path && !path->empty()) address.socket = *path;
        return address;
    } catch (const toml::parse_error& error) {
        return malformed(configuration.string() + ", line " + std::to_string(error.source().begin.line) + ": " +
                         std::string(error.description()));
    } catch (const std::exception& error) {
        return malformed(configuration.string() + ": " + error.what());
    }
}

Result<ServerAddress> choose_server(const std::string& server, const std::string& configuration,
                                    const std::string& environment) {
    if (!server.empty()) return decode_server_address(server);
    if (!configuration.empty()) return load_server_address(configuration);
    if (!environment.empty()) return decode_server_address(environment);
    return ServerAddress{};
}

}  // namespace seald
