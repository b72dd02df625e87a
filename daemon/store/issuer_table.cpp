#include "daemon/store/issuer_table.hpp"

namespace seald::tables {

Result<void> insert_issuer_use(Database& database, const PersonId& issuer, Timestamp used_at, std::uint64_t intent_index) {
    auto inserted = database.change("INSERT INTO issuer_use (issuer, used_at, intent_index) VALUES (?, ?, ?)", issuer.str(), used_at, intent_index);
    if (!inserted) return inserted.error();
    return {};
}

Result<unsigned> count_issuer_uses(Database& database, const PersonId& issuer, Timestamp since) {
    auto count = first_row(database.query("SELECT count(*) FROM issuer_use JOIN intent ON idx = intent_index WHERE issuer = ? AND used_at >= ? AND state IN ('open', 'done', 'unknown')",
                                          issuer.str(), since),
                           [](const Statement& row) { return static_cast<unsigned>(row.integer(0)); });
    if (!count) return count.error();
    return **count;
}

}  // namespace seald::tables
