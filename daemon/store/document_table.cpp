#include "daemon/store/document_table.hpp"

#include "daemon/store/row_words.hpp"

namespace seald::tables {

Result<void> remember_stored_document(Database& database, const Digest& digest, const PersonId& person, std::uint64_t size, Timestamp now) {
    auto inserted = database.change(
        "INSERT INTO stored_document (alg, hex, person, size, stored_at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        to_string(digest.algorithm()), digest.hex(), person.str(), size, now);
    if (!inserted) return inserted.error();
    return {};
}

Result<bool> has_stored(Database& database, const Digest& digest, const PersonId& person) {
    auto row = first_row(database.query("SELECT 1 FROM stored_document WHERE alg = ? AND hex = ? AND person = ?",
                                        to_string(digest.algorithm()), digest.hex(), person.str()),
                         [](const Statement&) { return true; });
    if (!row) return row.error();
    return row->has_value();
}

Result<std::set<Digest>> stored_digests(Database& database) {
    const auto digests = all_rows(database.query("SELECT DISTINCT alg, hex FROM stored_document"), [](const Statement& row) { return digest_at(row, 0); });
    if (!digests) return digests.error();
    return std::set<Digest>(digests->begin(), digests->end());
}

Result<std::uint64_t> stored_bytes(Database& database) {
    auto sum = first_row(database.query("SELECT coalesce(sum(size), 0) FROM (SELECT max(size) AS size FROM stored_document GROUP BY alg, hex)"),
                         [](const Statement& row) { return row.index(0); });
    if (!sum) return sum.error();
    return **sum;
}

Result<std::vector<ApplicationNumber>> applications_with_stored(Database& database, const Digest& digest) {
    return all_rows(database.query("SELECT DISTINCT application.number FROM application_document AS listed "
                                   "JOIN application ON application.number = listed.application "
                                   "JOIN stored_document AS stored ON stored.alg = listed.alg AND stored.hex = listed.hex AND "
                                   "stored.person = application.applicant WHERE listed.alg = ? AND listed.hex = ?",
                                   to_string(digest.algorithm()), digest.hex()),
                    [](const Statement& row) { return stored(ApplicationNumber::decode(row.text(0))); });
}

}  // namespace seald::tables
