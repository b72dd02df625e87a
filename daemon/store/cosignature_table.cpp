#include "daemon/store/cosignature_table.hpp"

#include <algorithm>
#include <functional>

#include "core/note_key.hpp"

namespace seald::tables {
namespace {

CosignatureRow row_at(const Statement& row) { return {.witness = row.text(0), .size = row.index(1), .time = row.time(2), .line = row.text(3)}; }

}  // namespace

Result<void> add_cosignature(Database& database, const CosignatureRow& row) {
    auto inserted = database.change("INSERT INTO cosignature (witness, size, time, line) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING", row.witness, row.size,
                                    row.time, row.line);
    if (!inserted) return inserted.error();
    return {};
}

Result<std::optional<CosignatureRow>> latest_cosignature(Database& database, const std::string& witness) {
    return first_row(database.query("SELECT witness, size, time, line FROM cosignature WHERE witness = ? ORDER BY size DESC LIMIT 1", witness), row_at);
}

Result<std::string> add_cosignatures(Database& database, std::uint64_t size, std::string note) {
    const auto lines = all_rows(database.query("SELECT line FROM cosignature WHERE size = ? ORDER BY witness", size), [](const Statement& row) { return row.text(0); });
    if (!lines) return lines.error();
    for (const auto& line : *lines)
        if (decode_note_signature(line)) note += line + "\n";  // a damaged one must not spoil the note
    return note;
}

Result<std::optional<std::uint64_t>> best_cosigned_size(Database& database, std::uint64_t least_size) {
    return first_row(database.query("SELECT size FROM (SELECT size FROM cosignature WHERE size >= ? ORDER BY size DESC LIMIT 256) "
                                    "GROUP BY size ORDER BY count(*) DESC, size DESC LIMIT 1",
                                    least_size),
                     [](const Statement& row) { return row.index(0); });
}

// Whoever cosigned a tree has seen every smaller one of it: the sizes need not be the same.
Result<Witnessed> read_witnessed(Database& database, const std::vector<std::string>& witnesses, std::size_t quorum) {
    std::vector<std::uint64_t> sizes;
    for (const auto& witness : witnesses) {
        const auto latest = latest_cosignature(database, witness);
        if (!latest) return latest.error();
        sizes.push_back(*latest ? (*latest)->size : 0);
    }
    std::sort(sizes.begin(), sizes.end(), std::greater<>());
    Witnessed witnessed;
    if (quorum > 0 && quorum <= sizes.size()) witnessed.size = sizes[quorum - 1];
    auto next = first_row(database.query("SELECT time FROM entry WHERE idx = ?", witnessed.size), [](const Statement& row) { return row.time(0); });
    if (!next) return next.error();
    witnessed.behind_since = *next;
    return witnessed;
}

Result<void> add_contradiction(Database& database, const Contradiction& contradiction) {
    auto inserted = database.change("INSERT INTO contradiction (witness, time, words) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", contradiction.witness,
                                    contradiction.time, contradiction.words);
    if (!inserted) return inserted.error();
    return {};
}

Result<std::optional<Contradiction>> find_contradiction(Database& database, const std::vector<std::string>& witnesses) {
    for (const auto& witness : witnesses) {
        auto found = first_row(database.query("SELECT witness, time, words FROM contradiction WHERE witness = ?", witness), [](const Statement& row) {
            return Contradiction{.witness = row.text(0), .time = row.time(1), .words = row.text(2)};
        });
        if (!found || *found) return found;
    }
    return std::optional<Contradiction>();
}

}  // namespace seald::tables
