// The folder where scheduled backups lie, one below the other. Touches only what it made itself: folders of its naming whose
// manifest one of this ledger's keys signed for the schedule. Blocking.
#pragma once
#include <filesystem>
#include <optional>
#include <vector>

#include "core/ledger_keys.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr const char* made_by_schedule = "schedule";

class BackupShelf {
  public:
    BackupShelf(std::filesystem::path folder, LedgerKeys keys) : folder_(std::move(folder)), keys_(std::move(keys)) {}

    Result<std::optional<Timestamp>> newest() const;  // when it was made; nothing where there is none
    // A folder for a backup on its way, empty; what an earlier attempt left is cleared away.
    Result<std::filesystem::path> begin() const;
    Result<void> keep(const std::filesystem::path& begun, Timestamp made_at) const;  // under its name, durable
    Result<void> remove_older(std::size_t than_newest) const;                        // all but so many

  private:
    struct Kept {
        std::filesystem::path folder;
        Timestamp made_at;
    };
    Result<std::vector<Kept>> own() const;  // newest first
    std::filesystem::path folder_;
    LedgerKeys keys_;
};

}  // namespace seald
