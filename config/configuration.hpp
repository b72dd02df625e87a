// seald.toml, loaded once into types that cannot be wrong. Unknown keys, wrong types and contradictions are errors; all
// of them are reported, each with file, line, key, and what is allowed.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/names.hpp"
#include "core/token_quirks.hpp"
#include "daemon/model/backup_settings.hpp"
#include "daemon/model/document_limits.hpp"
#include "daemon/model/policy.hpp"
#include "daemon/model/witness.hpp"

namespace seald {

enum class PinSource { prompt, credential, file };

struct TokenConfiguration {
    TokenName name;
    std::filesystem::path module;
    std::optional<std::string> serial;  // exactly one of serial and label
    std::optional<std::string> label;
    PinSource pin_source = PinSource::prompt;
    std::string pin_argument;  // credential name or file path
    std::optional<unsigned> sessions;  // signing sessions, 1 to 64; none: what the last probe found, or 4
    seconds sign_timeout{30};
    bool network = false;      // reached over TCP
    std::vector<Quirk> quirks;
    std::optional<std::uint64_t> signature_counter = {};  // the vendor's attribute of a key that counts its uses
    friend bool operator==(const TokenConfiguration&, const TokenConfiguration&) = default;
};

struct TlsConfiguration {  // [listen.tls]
    std::string address;    // "0.0.0.0:7443", "[::]:7443"
    std::filesystem::path certificate, key, client_ca;  // PEM
    std::optional<TokenName> key_token;                 // the key is on this token, and not in a file
    std::optional<std::filesystem::path> crl;           // PEM; of every CA in client_ca
    friend bool operator==(const TlsConfiguration&, const TlsConfiguration&) = default;
};

struct Configuration {
    std::filesystem::path file;
    std::filesystem::path state_dir;
    std::filesystem::path socket;  // [listen.unix] path
    std::optional<TlsConfiguration> tls;
    std::vector<std::filesystem::path> checkpoint_copies;  // [ledger]
    unsigned keep_years = 5;                               // [ledger]
    LedgerWitnesses witnesses;                             // [[ledger.witness]]
    std::vector<TokenConfiguration> tokens;
    DocumentLimits documents;
    BackupSettings backup;                                 // [backup]
    std::vector<std::filesystem::path> sources;            // seald.toml, and every file of [people] that was read
    std::string log_format = "auto", log_level = "info";  // [log]
    Policy policy;
};

struct ConfigurationMistake {
    std::string where;    // "seald.toml:12: token[0].pin"
    std::string problem;  // what is wrong and what is allowed
};

// Either a configuration, or every mistake that could be found in one pass.
struct LoadedConfiguration {
    std::optional<Configuration> configuration;  // empty when there are mistakes
    std::vector<ConfigurationMistake> mistakes;
};
LoadedConfiguration load_configuration(const std::filesystem::path& file);

}  // namespace seald
