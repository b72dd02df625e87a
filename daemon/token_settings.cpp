#include "daemon/token_settings.hpp"

#include <cstdlib>

namespace seald {

namespace {

namespace fs = std::filesystem;

// seald-token stands beside seald.
fs::path token_program() { return fs::read_symlink("/proc/self/exe").parent_path() / "seald-token"; }

// What is none of a token process's business: the ledger, its key and what it is compared with, the key of the TLS listener,
// webhooks' secrets, other tokens' PINs. Its own PIN it may read even where the folder is forbidden.
std::vector<fs::path> forbidden_to(const TokenConfiguration& token, const Configuration& configuration) {
    std::vector<fs::path> forbidden{configuration.state_dir};
    for (const auto& copy : configuration.checkpoint_copies) {
        forbidden.push_back(copy);
        forbidden.emplace_back(copy.string() + ".new");  // so called while it is written: what is allowed stays so when renamed
    }
    if (const char* credentials = std::getenv("CREDENTIALS_DIRECTORY"); credentials != nullptr && *credentials != '\0')
        forbidden.emplace_back(credentials);
    if (configuration.tls && !configuration.tls->key_token) forbidden.push_back(configuration.tls->key);
    if (configuration.policy.notices)
        for (const auto& webhook : configuration.policy.notices->webhooks)
            if (!webhook.secret.credential) forbidden.emplace_back(webhook.secret.argument);
    for (const auto& other : configuration.tokens)
        if (other.pin_source == PinSource::file && other.pin_argument != token.pin_argument) forbidden.emplace_back(other.pin_argument);
    return forbidden;
}

}  // namespace

TokenSettings token_settings(const TokenConfiguration& token, const Configuration& configuration) {
    TokenSettings settings{.name = token.name,
                           .program = token_program(),
                           .module = token.module,
                           .serial = token.serial,
                           .label = token.label,
                           .network = token.network,
                           .forbidden = forbidden_to(token, configuration),
                           .sign_timeout = token.sign_timeout,
                           .quirks = token.quirks,
                           .signature_counter = token.signature_counter};
    if (token.pin_source == PinSource::file) settings.pin = "file:" + token.pin_argument;
    if (token.pin_source == PinSource::credential) settings.pin = "credential:" + token.pin_argument;
    return settings;
}

}  // namespace seald
