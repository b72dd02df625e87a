// Training records: who was trained in what, until when, and who says so.
#pragma once
#include <optional>
#include <vector>

#include "daemon/model/training.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

Result<void> add_training(Database& database, const TrainingRecord& record, std::uint64_t ledger_index);
Result<std::vector<TrainingRecord>> list_training(Database& database, const std::optional<PersonId>& person);  // newest first; of everybody

}  // namespace seald::tables
