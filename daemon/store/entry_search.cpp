#include "daemon/store/entry_search.hpp"

#include <algorithm>
#include <variant>

namespace seald {
namespace {

using Value = std::variant<std::string, std::uint64_t, Timestamp>;
struct Condition {
    std::string sql;
    Value value;
};

// SQLite's GLOB with * as the only wildcard.
std::string glob_of(const std::string& name) {
    std::string glob;
    for (const char c : name) {
        if (c == '[' || c == '?')
            glob += std::string("[") + c + "]";
        else
            glob += c;
    }
    return glob;
}

Condition document_condition(const std::string& document) {
    const std::string start = "idx IN (SELECT idx FROM entry_document WHERE ";
    if (document.starts_with("sha256:") || document.starts_with("sha384:") || document.starts_with("sha512:"))
        return {start + "digest = ?)", document};
    if (document.find('*') == document.npos) return {start + "name = ?)", document};
    return {start + "name GLOB ?)", glob_of(document)};
}

// The time's own index would find the entries in the order of their times; here it is only a test.
std::vector<Condition> conditions_of(const EntryFilter& filter) {
    std::vector<Condition> all{{"idx >= ?", filter.from}};
    if (filter.to) all.push_back({"idx < ?", *filter.to});
    if (filter.since) all.push_back({"+time >= ?", *filter.since});
    if (filter.until) all.push_back({"+time < ?", *filter.until});
    if (filter.seal) all.push_back({"seal = ?", *filter.seal});
    if (filter.person) all.push_back({"person = ?", *filter.person});
    if (filter.application) all.push_back({"application = ?", *filter.application});
    if (filter.kind) all.push_back({"kind = ?", *filter.kind});
    if (filter.result) all.push_back({"result = ?", *filter.result});
    if (filter.document) all.push_back(document_condition(*filter.document));
    return all;
}

Result<std::optional<std::uint64_t>> find_bound(Database& database, std::string_view sql, Timestamp time) {
    auto bound = first_row(database.query(sql, time), [](const Statement& row) { return row.find_index(0); });
    if (!bound) return bound.error();
    return bound->value_or(std::nullopt);
}

// A period as a range of entries, so that nothing outside it has to be looked at. Clocks can be set back: the range may
// hold entries of other times.
Result<void> narrow_to_period(Database& database, EntryFilter& filter) {
    if (filter.since) {
        const auto first = find_bound(database, "SELECT min(idx) FROM entry WHERE time >= ?", *filter.since);
        if (!first) return first.error();
        filter.from = std::max(filter.from, first->value_or(INT64_MAX));
    }
    if (filter.until) {
        const auto last = find_bound(database, "SELECT max(idx) FROM entry WHERE time < ?", *filter.until);
        if (!last) return last.error();
        const std::uint64_t end = *last ? **last + 1 : 0;
        filter.to = std::min(filter.to.value_or(end), end);
    }
    return {};
}

}  // namespace

Result<std::vector<StoredEntry>> list_entries(Database& database, const EntryFilter& filter) {
    EntryFilter narrowed = filter;
    if (auto done = narrow_to_period(database, narrowed); !done) return done.error();
    const auto conditions = conditions_of(narrowed);
    // The text depends on which filters are there, so that SQLite can use the index that fits.
    std::string sql = select_entries;
    for (const auto& condition : conditions)
        sql += (&condition == conditions.data() ? "WHERE " : " AND ") + condition.sql;
    auto rows = database.prepare(sql + (filter.newest_first ? " ORDER BY idx DESC LIMIT ?" : " ORDER BY idx LIMIT ?"));
    for (const auto& condition : conditions) std::visit([&rows](const auto& value) { rows.bind(value); }, condition.value);
    rows.bind(filter.limit);
    return all_rows(std::move(rows), entry_at);
}

}  // namespace seald
