#include <sys/un.h>

#include <algorithm>

#include "config/sections.hpp"

namespace seald {

namespace {

constexpr std::string_view default_state_dir = "/var/lib/seald";
constexpr std::string_view default_socket = "/run/seald/seald.sock";

// C2SP tlog-checkpoint: the origin is a unique, schema-less URL; C2SP signed-note: a key name has no white space and no
// '+'. Printable ASCII, so that nobody has to know which characters of Unicode are white space.
Result<std::string> decode_daemon_id(std::string_view text) {
    const bool clean = std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '+'; });
    if (clean && !text.empty() && text.size() <= 255 && text.find("://") == text.npos) return std::string(text);
    return malformed(
        "not a daemon id; allowed: like \"seald.example.org\", ASCII, no blanks, no '+', no \"://\", at most 255 "
        "characters");
}

}  // namespace

std::filesystem::path resolve(const std::filesystem::path& folder, const std::string& path) {
    return (folder / path).lexically_normal();
}

DaemonSection read_daemon(TableReader reader, const std::filesystem::path& folder) {
    DaemonSection section;
    section.id = reader.decoded("id", Need::mandatory, decode_daemon_id).value_or("");
    section.state_dir =
        resolve(folder, reader.text("state_dir", Need::optional).value_or(std::string(default_state_dir)));
    reader.finish();
    return section;
}

std::filesystem::path read_listen(TableReader reader, const std::filesystem::path& folder) {
    reader.unsupported("tls", "this build serves the Unix socket only; allowed: [listen.unix]");
    std::filesystem::path socket = default_socket;
    if (const toml::table* unix_table = reader.table("unix", Need::optional)) {
        TableReader listen(*unix_table, reader.path_of("unix"), reader.mistakes());
        if (const auto path = listen.text("path", Need::optional)) socket = resolve(folder, *path);
        constexpr std::size_t longest = sizeof(sockaddr_un::sun_path) - 1;
        if (socket.native().size() > longest) {
            listen.mistake("path",
                           "too long for a Unix socket; allowed: at most " + std::to_string(longest) + " bytes");
        }
        listen.finish();
    }
    reader.finish();
    return socket;
}

}  // namespace seald
