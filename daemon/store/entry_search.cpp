#include "daemon/store/entry_search.hpp"

#include <algorithm>
#include <iterator>
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

// One look into each stretch of the ledger, since the indexes of documents are by stretch first (see the schema).
std::string in_each_stretch(const char* index, const char* condition) {
    return std::string("idx IN (WITH RECURSIVE stretch (number) AS (SELECT 0 UNION ALL SELECT number + 1 FROM stretch"
                       " WHERE number < (SELECT max(idx) >> 12 FROM entry)) SELECT entry_document.idx FROM stretch CROSS JOIN entry_document INDEXED BY ") +
           index + " WHERE entry_document.idx >> 12 = stretch.number AND " + condition + ")";
}

Condition document_condition(const std::string& document) {
    if (document.starts_with("sha256:") || document.starts_with("sha384:") || document.starts_with("sha512:"))
        return {in_each_stretch("entry_document_by_digest", "digest = ?"), document};
    if (document.find('*') == document.npos) return {in_each_stretch("entry_document_by_name", "name = ?"), document};
    return {"idx IN (SELECT idx FROM entry_document WHERE name GLOB ?)", glob_of(document)};
}

std::uint64_t end_of(const EntryFilter& filter) { return filter.to.value_or(INT64_MAX); }

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

Result<std::vector<StoredEntry>> select_page(Database& database, const EntryFilter& filter) {
    const auto conditions = conditions_of(filter);
    // The text depends on which filters are there, so that SQLite can use the index that fits.
    std::string sql = select_entries;
    for (const auto& condition : conditions)
        sql += (&condition == conditions.data() ? "WHERE " : " AND ") + condition.sql;
    auto rows = database.prepare(sql + (filter.newest_first ? " ORDER BY idx DESC LIMIT ?" : " ORDER BY idx LIMIT ?"));
    for (const auto& condition : conditions) std::visit([&rows](const auto& value) { rows.bind(value); }, condition.value);
    rows.bind(filter.limit);
    return all_rows(std::move(rows), entry_at);
}

enum class Side { first, last };

// Moves one end of the range to the period's, so that nothing outside it has to be looked at. Clocks can be set back: the
// range may still hold entries of other times. False: none of it is of the period.
Result<bool> narrow(Database& database, EntryFilter& filter, Side side) {
    const auto& sql = side == Side::first ? first_of_period : last_of_period;
    const auto edge = side == Side::first ? filter.from : end_of(filter);
    auto bound = first_row(database.query(sql, filter.since.value_or(Timestamp::min()), filter.until.value_or(Timestamp::max()), edge),
                           [](const Statement& row) { return row.find_index(0); });
    if (!bound) return bound.error();
    const auto found = bound->value_or(std::nullopt);
    if (found && side == Side::first) filter.from = *found;
    if (found && side == Side::last) filter.to = *found + 1;
    return found.has_value();
}

// Cuts off what lies next to where the page begins: it mostly fills the page, and then the period's other end need not be
// found. Returns that part; the filter keeps the rest.
EntryFilter take_near_part(EntryFilter& filter) {
    const std::uint64_t enough = 4 * std::uint64_t{filter.limit};
    const std::uint64_t size = std::min(enough, end_of(filter) - std::min(filter.from, end_of(filter)));
    EntryFilter near = filter;
    if (filter.newest_first)
        near.from = *(filter.to = end_of(filter) - size);
    else
        near.to = filter.from = filter.from + size;
    return near;
}

}  // namespace

// A page after the first mostly begins with an entry of the period: one look. Otherwise the period is gone through in the
// time's index alone, without the entries. SQLite by itself would walk along the entries until a time fits, or to the end.
const std::string_view first_of_period =
    "SELECT coalesce((SELECT idx FROM entry WHERE idx = ?3 AND +time >= ?1 AND +time < ?2),"
    " (SELECT min(idx) FROM entry INDEXED BY entry_by_time WHERE time >= ?1 AND time < ?2 AND idx >= ?3))";
const std::string_view last_of_period =
    "SELECT coalesce((SELECT idx FROM entry WHERE idx = (SELECT max(idx) FROM entry WHERE idx < ?3) AND +time >= ?1 AND +time < ?2),"
    " (SELECT max(idx) FROM entry INDEXED BY entry_by_time WHERE time >= ?1 AND time < ?2 AND idx < ?3))";

Result<std::vector<StoredEntry>> list_entries(Database& database, const EntryFilter& filter) {
    if (!filter.since && !filter.until) return select_page(database, filter);
    EntryFilter rest = filter;
    const auto begun = narrow(database, rest, filter.newest_first ? Side::last : Side::first);
    if (!begun) return begun.error();
    if (!*begun) return std::vector<StoredEntry>();
    auto page = select_page(database, take_near_part(rest));
    if (!page || page->size() == filter.limit || rest.from >= end_of(rest)) return page;

    const auto ended = narrow(database, rest, filter.newest_first ? Side::first : Side::last);
    if (!ended) return ended.error();
    if (!*ended) return page;
    rest.limit -= static_cast<unsigned>(page->size());
    auto more = select_page(database, rest);
    if (!more) return more;
    std::ranges::move(*more, std::back_inserter(*page));
    return page;
}

}  // namespace seald
