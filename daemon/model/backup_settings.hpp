// Where backups go, to whom they are encrypted, and how often they are made by themselves.
#pragma once
#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <vector>

#include "core/certificate.hpp"

namespace seald {

struct BackupSchedule {
    friend bool operator==(const BackupSchedule&, const BackupSchedule&) = default;
    std::chrono::seconds every;
    std::filesystem::path directory;  // a folder of its own, on another medium
    unsigned keep;                    // so many of those that were made by schedule
};

struct BackupSettings {  // [backup]
    std::vector<Certificate> recipients;  // empty: no backups
    std::optional<BackupSchedule> schedule;

    friend bool operator==(const BackupSettings& one, const BackupSettings& other) {
        const auto same = [](const Certificate& a, const Certificate& b) { return a.fingerprint() == b.fingerprint(); };
        return one.schedule == other.schedule && std::equal(one.recipients.begin(), one.recipients.end(), other.recipients.begin(), other.recipients.end(), same);
    }
};

}  // namespace seald
