#include <algorithm>

#include "config/sections.hpp"

namespace seald {

namespace {

struct Pin {
    PinSource source = PinSource::prompt;
    std::string argument;
};

// Says what is allowed without repeating what was there: it may be the PIN itself.
Result<Pin> decode_pin(std::string_view text) {
    if (text == "prompt") return Pin{};
    constexpr std::string_view credential = "credential:", file = "file:";
    if (text.starts_with(credential)) {
        const std::string name(text.substr(credential.size()));
        // systemd.exec(5): a credential's name is a file name.
        if (!name.empty() && name.size() <= 255 && name.find('/') == name.npos && name != "." && name != "..") {
            return Pin{PinSource::credential, name};
        }
    }
    if (text.starts_with(file) && text.size() > file.size())
        return Pin{PinSource::file, std::string(text.substr(file.size()))};
    return malformed(
        "not a source of a PIN (and never the PIN itself); allowed: \"prompt\", \"credential:NAME\", \"file:PATH\"");
}

// PKCS#11 (v2.40 section 3.2): label 32 bytes, serialNumber 16, padded with blanks that are no part of them.
auto decode_token_text(std::size_t longest) {
    return [longest](std::string_view text) -> Result<std::string> {
        if (text.size() <= longest && text.front() != ' ' && text.back() != ' ') return std::string(text);
        return malformed("not what a token calls itself; allowed: at most " + std::to_string(longest) +
                         " bytes, no blanks at its ends");
    };
}

Result<seconds> decode_sign_timeout(std::string_view text) {
    const auto timeout = decode_duration(text);
    if (timeout && *timeout <= std::chrono::minutes(10)) return *timeout;
    return malformed("not a time-out; allowed: a number and s or m, at most \"10m\"");
}

Result<Quirk> decode_quirk(std::string_view text) {
    if (const auto quirk = find_quirk(text)) return *quirk;
    std::string known;
    for (const auto quirk : all_quirks()) known += (known.empty() ? "\"" : ", \"") + std::string(to_string(quirk)) + "\"";
    return malformed("not a quirk that seald knows; allowed: " + known);
}

// Each with its reason: whoever reads the configuration years later must be able to tell whether it still holds.
std::vector<Quirk> read_quirks(TableReader& reader) {
    std::vector<Quirk> quirks;
    const auto tables = reader.tables("quirk", Need::optional);
    for (std::size_t i = 0; i < tables.size(); ++i) {
        TableReader one(*tables[i], reader.path_of("quirk") + "[" + std::to_string(i) + "]", reader.mistakes());
        const auto quirk = one.decoded("name", Need::mandatory, decode_quirk);
        const auto reason = one.text("reason", Need::mandatory);
        if (reason && reason->empty()) one.mistake("reason", "empty; allowed: what was seen, with which driver");
        one.finish();
        if (quirk) quirks.push_back(*quirk);
    }
    return quirks;
}

std::optional<TokenConfiguration> read_token(TableReader& reader, const std::filesystem::path& folder) {
    const auto name = reader.decoded("name", Need::mandatory, TokenName::decode);
    const auto module = reader.text("module", Need::mandatory);
    // dlopen(3) searches for names without a slash, and relative ones depend on where the daemon was started.
    if (module && !module->starts_with('/'))
        reader.mistake("module", "not an absolute path; allowed: /usr/lib/.../libX.so");
    auto serial = reader.decoded("serial", Need::optional, decode_token_text(16));
    auto label = reader.decoded("label", Need::optional, decode_token_text(32));
    const auto pin = reader.decoded("pin", Need::optional, decode_pin).value_or(Pin{});
    const auto sessions = reader.integer("sessions", 1, 64);
    const auto timeout = reader.decoded("sign_timeout", Need::optional, decode_sign_timeout).value_or(seconds(30));
    const bool network = reader.boolean("network").value_or(false);
    const auto counter = reader.integer("signature_counter", 0x8000'0000, 0xffff'ffff);
    auto quirks = read_quirks(reader);
    reader.finish();
    if (!name || !module) return std::nullopt;
    const std::string argument = pin.source == PinSource::file ? resolve(folder, pin.argument).string() : pin.argument;
    TokenConfiguration token{*name, *module, std::move(serial), std::move(label), pin.source, argument, {}, timeout,
                             network, std::move(quirks)};
    if (counter) token.signature_counter = static_cast<std::uint64_t>(*counter);
    if (sessions) token.sessions = static_cast<unsigned>(*sessions);
    return token;
}

bool same_token(const TokenConfiguration& a, const TokenConfiguration& b) {
    return a.module == b.module && ((a.serial && a.serial == b.serial) || (a.label && a.label == b.label));
}

}  // namespace

std::vector<TokenConfiguration> read_tokens(const std::vector<const toml::table*>& tables, Mistakes& mistakes,
                                            const std::filesystem::path& folder) {
    std::vector<TokenConfiguration> tokens;
    for (std::size_t i = 0; i < tables.size(); ++i) {
        const toml::table& table = *tables[i];
        TableReader reader(table, "token[" + std::to_string(i) + "]", mistakes);
        auto token = read_token(reader, folder);
        if (table.contains("serial") == table.contains("label")) {
            reader.mistake("serial", "a token is found by its serial or its label; allowed: exactly one of the two");
        }
        if (!token) continue;
        for (const TokenConfiguration& other : tokens) {
            if (other.name == token->name)
                reader.mistake("name", "another token has this name; allowed: each name once");
            if (same_token(other, *token)) {
                reader.mistake(token->serial ? "serial" : "label",
                               "token " + other.name.str() + " is the same one; allowed: each token once");
            }
        }
        tokens.push_back(std::move(*token));
    }
    return tokens;
}

}  // namespace seald
