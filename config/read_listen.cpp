#include <arpa/inet.h>
#include <sys/un.h>

#include <charconv>

#include "config/sections.hpp"

namespace seald {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view default_socket = "/run/seald/seald.sock";

// A number, not a name: what a name means is decided elsewhere, and may be nothing yet when the daemon starts.
Result<std::string> decode_address(std::string_view text) {
    const auto colon = text.rfind(':');
    const std::string_view port = colon == text.npos ? std::string_view() : text.substr(colon + 1);
    std::string host(text.substr(0, std::min(colon, text.size())));
    const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
    if (bracketed) host = host.substr(1, host.size() - 2);
    in6_addr address{};  // large enough for both kinds
    const bool numeric = ::inet_pton(bracketed ? AF_INET6 : AF_INET, host.c_str(), &address) == 1;
    std::uint16_t number = 0;
    const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
    const bool whole = problem == std::errc() && end == port.data() + port.size();
    if (numeric && whole) return std::string(text);
    return malformed("not an address; allowed: like \"0.0.0.0:7443\" or \"[::]:7443\", numbers only");
}

fs::path read_unix(TableReader reader, const fs::path& folder) {
    fs::path socket = default_socket;
    if (const auto path = reader.text("path", Need::optional)) socket = resolve(folder, *path);
    constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
    if (socket.native().size() > longest)
        reader.mistake("path", "too long for a Unix socket; allowed: at most " + std::to_string(longest) + " bytes");
    reader.finish();
    return socket;
}

constexpr std::string_view on_token = "token:";

// A file, or "token:NAME".
void read_key(TableReader& reader, const fs::path& folder, TlsConfiguration& tls) {
    const std::string key = reader.text("key", Need::mandatory).value_or("");
    if (!key.starts_with(on_token)) {
        tls.key = resolve(folder, key);
        return;
    }
    const auto token = TokenName::decode(key.substr(on_token.size()));
    if (token) tls.key_token = *token;
    else reader.mistake("key", token.error().message + "; allowed: a file, or \"token:NAME\" of a [[token]]");
}

// What is in the files is checked when they are loaded, since they are loaded again while the daemon runs.
TlsConfiguration read_tls(TableReader reader, const fs::path& folder) {
    TlsConfiguration tls;
    tls.address = reader.decoded("address", Need::mandatory, decode_address).value_or("");
    const auto file = [&](std::string_view key) { return resolve(folder, reader.text(key, Need::mandatory).value_or("")); };
    tls.certificate = file("certificate");
    read_key(reader, folder, tls);
    tls.client_ca = file("client_ca");
    if (const auto crl = reader.text("crl", Need::optional)) tls.crl = resolve(folder, *crl);
    reader.finish();
    return tls;
}

}  // namespace

ListenSection read_listen(TableReader reader, const fs::path& folder) {
    ListenSection section;
    const toml::table nothing;
    const toml::table* unix_table = reader.table("unix", Need::optional);
    const toml::table& unix_keys = unix_table == nullptr ? nothing : *unix_table;
    section.socket = read_unix(TableReader(unix_keys, reader.path_of("unix"), reader.mistakes()), folder);
    if (const toml::table* tls = reader.table("tls", Need::optional)) {
        TableReader tls_reader(*tls, reader.path_of("tls"), reader.mistakes());
        section.tls_key_line = tls_reader.line_of("key");
        section.tls = read_tls(std::move(tls_reader), folder);
    }
    reader.finish();
    return section;
}

}  // namespace seald
