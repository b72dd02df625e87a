#include "daemon/store/training_table.hpp"

namespace seald::tables {
namespace {

TrainingRecord training_at(const Statement& row) {
    return {.person = stored(PersonId::decode(row.text(0))),
            .course = row.text(1),
            .until = row.time(2),
            .recorded_by = stored(PersonId::decode(row.text(3))),
            .recorded_at = row.time(4)};
}

}  // namespace

Result<void> add_training(Database& database, const TrainingRecord& record, std::uint64_t ledger_index) {
    auto inserted = database.change("INSERT INTO training (ledger_index, person, course, until, recorded_by, recorded_at) VALUES (?, ?, ?, ?, ?, ?)",
                                    ledger_index, record.person.str(), record.course, record.until, record.recorded_by.str(), record.recorded_at);
    if (!inserted) return inserted.error();
    return {};
}

Result<std::vector<TrainingRecord>> list_training(Database& database, const std::optional<PersonId>& person) {
    const std::string columns = "SELECT person, course, until, recorded_by, recorded_at FROM training ";
    const std::string order = "ORDER BY ledger_index DESC LIMIT 1000";
    if (!person) return all_rows(database.query(columns + order), training_at);
    return all_rows(database.query(columns + "WHERE person = ? " + order, person->str()), training_at);
}

}  // namespace seald::tables
