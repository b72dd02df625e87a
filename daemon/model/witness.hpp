// Who witnesses this ledger, and how many of them are wanted.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/cosignature.hpp"

namespace seald {

struct WitnessUrl {  // the submission prefix of C2SP tlog-witness
    bool tls = false;
    std::string host, port, path;  // the path is empty or starts with '/', and does not end with one
    static Result<WitnessUrl> decode(std::string_view text);  // "http://…" or "https://…"; no user, query or fragment
    std::string str() const;
    bool operator==(const WitnessUrl&) const = default;
};

struct WitnessSettings {  // [[ledger.witness]]
    std::string name;     // for people, logs and metrics
    WitnessUrl url;
    WitnessKey key;
    std::optional<std::filesystem::path> ca;  // PEM; none: the system's
    bool operator==(const WitnessSettings& other) const {
        return name == other.name && url == other.url && key.encode() == other.key.encode() && ca == other.ca;
    }
};

struct LedgerWitnesses {
    std::vector<WitnessSettings> each;
    std::size_t quorum = 0;              // 0 where there are none
    seconds patience{std::chrono::minutes(10)};  // entries that wait longer for their quorum are told of
    bool operator==(const LedgerWitnesses&) const = default;
};

}  // namespace seald
