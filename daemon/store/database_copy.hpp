// A copy of a database as it is at one moment, whole or not there at all.
#pragma once
#include <filesystem>

#include "daemon/store/sqlite.hpp"

namespace seald {

// The space that a copy takes at most, in bytes.
Result<std::uintmax_t> space_for_copy(Database& database);

// Takes the place of an earlier file of that name when it is durable. Others may write meanwhile: the copy is of the moment when
// it began. disk_full, naming the folder, where less is free than the copy can take and so much more, for whoever else writes there.
Result<void> copy_database(Database& database, const std::filesystem::path& file, std::uintmax_t leave_free = 0);

}  // namespace seald
