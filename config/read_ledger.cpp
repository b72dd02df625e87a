#include <algorithm>

#include "config/sections.hpp"

namespace seald {

namespace {

constexpr std::int64_t fewest_kept_years = 5, most_kept_years = 1000;

// On the state's own disk a copy would be rolled back together with it.
std::vector<std::filesystem::path> read_copies(TableReader& reader, const std::filesystem::path& state_dir) {
    std::vector<std::filesystem::path> copies;
    for (const auto& [text, line, path] : reader.texts("checkpoint_copies", Need::optional)) {
        const std::filesystem::path file = std::filesystem::path(text).lexically_normal();
        if (!file.is_absolute() || !file.has_filename())
            reader.mistakes().add(line, path, "not a file's absolute path; allowed: like \"/mnt/usb/seald.checkpoint\", on another medium");
        else if (file.parent_path() == state_dir)
            reader.mistakes().add(line, path, "in the state folder, where a checkpoint is kept anyway; allowed: a file on another medium");
        else
            copies.push_back(file);
    }
    return copies;
}

// It becomes a label of metrics.
Result<std::string> decode_name(std::string_view text) {
    const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; };
    if (!text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), fits)) return std::string(text);
    return malformed("not a witness's name; allowed: like \"w1\", of a-z, 0-9, '-' and '.', at most 64 characters");
}

Result<seconds> decode_patience(std::string_view text) {
    const auto patience = decode_duration(text);
    if (patience) return *patience;
    return malformed("not a time to wait for witnesses; allowed: like \"10m\"");
}

std::optional<WitnessSettings> read_witness(TableReader& reader, const std::filesystem::path& folder) {
    auto name = reader.decoded("name", Need::mandatory, decode_name);
    auto url = reader.decoded("url", Need::mandatory, WitnessUrl::decode);
    auto key = reader.decoded("vkey", Need::mandatory, WitnessKey::decode);
    const auto ca = reader.text("ca", Need::optional);
    if (ca && url && !url->tls) reader.mistake("ca", "the url is http://, where no certificate is checked; allowed: with https:// only");
    reader.finish();
    if (!name || !url || !key) return std::nullopt;
    return WitnessSettings{.name = std::move(*name),
                           .url = std::move(*url),
                           .key = std::move(*key),
                           .ca = ca ? std::optional(resolve(folder, *ca)) : std::nullopt};
}

}  // namespace

LedgerSection read_ledger(TableReader reader, const std::filesystem::path& folder, const std::filesystem::path& state_dir) {
    LedgerSection section;
    section.copies = read_copies(reader, state_dir);
    // Records of use are kept for five years at least, whoever asks.
    if (const auto years = reader.integer("keep_years", fewest_kept_years, most_kept_years)) section.keep_years = static_cast<unsigned>(*years);
    LedgerWitnesses& witnesses = section.witnesses;
    const auto tables = reader.tables("witness", Need::optional);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        TableReader each(*tables[i], reader.path() + ".witness[" + std::to_string(i) + "]", reader.mistakes());
        auto witness = read_witness(each, folder);
        if (!witness) continue;
        const auto same_name = [&](const WitnessSettings& other) { return other.name == witness->name; };
        const auto same_key = [&](const WitnessSettings& other) { return other.key.key() == witness->key.key(); };
        if (std::any_of(witnesses.each.begin(), witnesses.each.end(), same_name)) each.mistake("name", "another witness has this name; allowed: each name once");
        if (std::any_of(witnesses.each.begin(), witnesses.each.end(), same_key)) each.mistake("vkey", "another witness has this key, and would count twice; allowed: each key once");
        witnesses.each.push_back(std::move(*witness));
    }
    const bool some = !tables.empty();
    const auto quorum = reader.integer("witness_quorum", 1, some ? static_cast<std::int64_t>(tables.size()) : 1);
    if (quorum && !some) reader.mistake("witness_quorum", "there is no [[ledger.witness]]; allowed: only with witnesses");
    const auto patience = reader.decoded("witness_patience", Need::optional, decode_patience);
    if (patience && !some) reader.mistake("witness_patience", "there is no [[ledger.witness]]; allowed: only with witnesses");
    if (some) witnesses.quorum = quorum ? static_cast<std::size_t>(*quorum) : tables.size();
    if (patience) witnesses.patience = *patience;
    reader.finish();
    return section;
}

}  // namespace seald
