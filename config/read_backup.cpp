#include <algorithm>
#include <fstream>
#include <iterator>

#include "config/sections.hpp"
#include "core/envelope.hpp"

namespace seald {
namespace {

constexpr std::int64_t most_kept = 10'000;
constexpr std::chrono::seconds shortest_interval{60};

Result<Certificate> load_recipient(const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return malformed("cannot be read: " + file.string() + "; allowed: a PEM file with a certificate");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    auto certificate = Certificate::from_pem(text);
    if (!certificate) return malformed(file.string() + ": " + certificate.error().message + "; allowed: a PEM file with a certificate");
    if (auto fits = check_recipient(*certificate); !fits) return fits.error();
    return certificate;
}

std::vector<Certificate> read_recipients(TableReader& reader, const std::filesystem::path& folder) {
    std::vector<Certificate> recipients;
    for (const auto& [text, line, path] : reader.texts("recipients", Need::mandatory)) {
        auto certificate = load_recipient(resolve(folder, text));
        if (certificate) recipients.push_back(std::move(*certificate));
        else reader.mistakes().add(line, path, certificate.error().message);
    }
    return recipients;
}

Result<std::chrono::seconds> decode_interval(std::string_view text) {
    const auto interval = decode_duration(text);
    if (interval && *interval >= shortest_interval) return *interval;
    return malformed("not a time between backups; allowed: like \"24h\", at least \"60s\"");
}

std::optional<BackupSchedule> read_schedule(TableReader& reader, const std::filesystem::path& folder, const std::filesystem::path& state_dir) {
    if (!reader.has_any({"every", "directory", "keep"})) return std::nullopt;
    const auto every = reader.decoded("every", Need::mandatory, decode_interval);
    const auto directory = reader.text("directory", Need::mandatory);
    const auto keep = reader.integer("keep", 1, most_kept);
    if (!every || !directory) return std::nullopt;
    BackupSchedule schedule{.every = *every, .directory = resolve(folder, *directory).lexically_normal(), .keep = static_cast<unsigned>(keep.value_or(14))};
    const auto inside = schedule.directory.lexically_relative(state_dir);
    if (!inside.empty() && *inside.begin() != "..")
        reader.mistake("directory", "in the state folder, with which it would be lost; allowed: a folder on another medium");
    return schedule;
}

}  // namespace

BackupSettings read_backup(TableReader reader, const std::filesystem::path& folder, const std::filesystem::path& state_dir) {
    BackupSettings settings;
    settings.recipients = read_recipients(reader, folder);
    settings.schedule = read_schedule(reader, folder, state_dir);
    reader.finish();
    return settings;
}

}  // namespace seald
