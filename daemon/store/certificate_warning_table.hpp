// Warnings that certificates end: which were given, and the notices that give them.
#pragma once
#include <vector>

#include "core/digest.hpp"
#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// True the first time for this certificate and time before its end; false for good after that.
Result<bool> first_warning(Database& database, const Digest& certificate, seconds before, Timestamp now);
Result<bool> was_warned(Database& database, const Digest& certificate, seconds before);

// To be delivered by each of the channels.
Result<void> add_seal_notice(Database& database, const std::string& kind, const SealName& seal, const std::string& body, const std::vector<std::string>& channels,
                             Timestamp now);

}  // namespace seald::tables
