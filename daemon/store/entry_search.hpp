// Finds ledger entries by what their columns say. Every filter narrows; an entry is found when all of them fit.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/ledger_reader.hpp"

namespace seald {

struct EntryFilter {
    std::uint64_t from = 0;
    std::optional<std::uint64_t> to;  // not included
    std::optional<std::string> seal, person, application, kind, result;
    std::optional<std::string> document;    // "sha256:<hex>", or a file's name in which * stands for anything
    std::optional<Timestamp> since, until;  // until: not included
    bool newest_first = false;
    unsigned limit = 100;
};

// The first entry of a period (since, until) from one on, and the last one before one. Tests hold SQLite's plans for them.
extern const std::string_view first_of_period, last_of_period;

Result<std::vector<StoredEntry>> list_entries(Database& database, const EntryFilter& filter);

}  // namespace seald
