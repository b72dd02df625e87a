#include <algorithm>

#include "config/sections.hpp"

namespace seald {

namespace {

constexpr std::string_view default_state_dir = "/var/lib/seald";

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

}  // namespace seald
