#include "daemon/store/ledger_purge.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <set>

#include "core/json.hpp"
#include "core/tile.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/tile_tree.hpp"

namespace seald {
namespace {

namespace json = boost::json;

constexpr const char* open_states = "('submitted', 'reviewed', 'approved', 'partly-sealed')";

struct Need {
    std::string why, sql;  // the smallest index that is needed, or NULL; ?1 is now
};

std::vector<Need> needs() {
    return {{"a signature is under way", "SELECT min(idx) FROM intent WHERE state = 'open' AND ?1 = ?1"},
            {"an application is not ended", std::string("SELECT min(entry.idx) FROM application JOIN entry ON entry.application = application.number "
                                                        "WHERE application.state IN ") + open_states + " AND ?1 = ?1"},
            {"an approval is still good", "SELECT min(ledger_index) FROM decision WHERE decision = 'approve' AND revoked_at IS NULL AND expires_at > ?1"},
            {"an approval that was used is still good",
             "SELECT min(used.intent_index) FROM approval_use AS used JOIN approval USING (jti) WHERE approval.expires_at > ?1"},
            {"an act waits for more persons",
             "SELECT min(given.ledger_index) FROM act_confirmation AS given JOIN pending_act ON pending_act.number = given.act WHERE pending_act.ended_at IS NULL AND ?1 = ?1"},
            {"a person's training is still good", "SELECT min(ledger_index) FROM training WHERE until > ?1"}};
}

// What this program purges; rows of any other table that refer to entries hold them.
constexpr std::array<std::string_view, 6> known_tables = {"entry_document", "decision", "intent", "training", "purge", "act_confirmation"};

Result<std::vector<Need>> needs_of_others(Database& database) {
    auto found = all_rows(database.query("SELECT m.name, f.\"from\" FROM sqlite_master AS m JOIN pragma_foreign_key_list(m.name) AS f "
                                         "WHERE m.type = 'table' AND f.\"table\" = 'entry'"),
                          [](const Statement& row) { return std::pair(row.text(0), row.text(1)); });
    if (!found) return found.error();
    std::vector<Need> list;
    for (const auto& [table, column] : *found)
        if (std::find(known_tables.begin(), known_tables.end(), table) == known_tables.end())
            list.push_back({"the table " + table + " refers to it", "SELECT min(\"" + column + "\") FROM \"" + table + "\" WHERE ?1 = ?1"});
    return list;
}

Result<std::optional<std::uint64_t>> smallest(Statement statement) {
    auto row = first_row(std::move(statement), [](const Statement& each) { return each.find_index(0); });
    if (!row) return row.error();
    return row->value_or(std::nullopt);
}

Result<std::optional<Timestamp>> first_time(Statement statement) {
    return first_row(std::move(statement), [](const Statement& row) { return row.time(0); });
}

// The first one that is not older than `before`, or the end. Of all entries by the time's index alone, which is small; of the
// first ones by the entries themselves, which are few.
Result<std::uint64_t> first_young(Database& database, Timestamp before, std::optional<std::uint64_t> until) {
    const std::string by = until ? "NOT INDEXED WHERE +time" : "INDEXED BY entry_by_time WHERE time";
    const auto young = smallest(database.query("SELECT coalesce((SELECT min(idx) FROM entry " + by + " >= ?1 AND idx < ?2), (SELECT max(idx) + 1 FROM entry))", before, until.value_or(INT64_MAX)));
    if (!young) return young.error();
    return std::min(young->value_or(0), until.value_or(INT64_MAX));
}

std::uint64_t whole_bundles(std::uint64_t index) { return index / tile_width * tile_width; }

Result<std::set<std::string>> fields_of(Statement bodies) {
    std::set<std::string> all;
    for (;;) {
        const auto there = bodies.step();
        if (!there) return there.error();
        if (!*there) return all;
        const auto fields = parse_json_object(bodies.text(0));
        if (!fields) continue;
        for (auto& digest : detached_digests(*fields)) all.insert(std::move(digest));
    }
}

// Those of the purged entries which no entry has that stays. A field is found by its digest, so two entries may share it.
Result<void> list_orphaned_fields(Database& database, std::uint64_t begin, std::uint64_t end) {
    const std::string bodies = "SELECT body FROM entry WHERE idx >= ? AND idx < ? AND instr(body, CAST('\"detached\":' AS BLOB)) > 0";
    const auto gone = fields_of(database.query(bodies, begin, end));
    if (!gone || gone->empty()) return gone ? Result<void>() : Result<void>(gone.error());
    const auto needed = fields_of(database.query(bodies, end, INT64_MAX));
    if (!needed) return needed.error();
    for (const auto& digest : *gone)
        if (!needed->contains(digest))
            if (auto noted = database.change("INSERT INTO purged_field (digest) VALUES (?)", digest); !noted) return noted.error();
    return {};
}

Result<std::uint64_t> purge_fields(Database& database, std::uint64_t begin, std::uint64_t end) {
    if (auto listed = list_orphaned_fields(database, begin, end); !listed) return listed.error();
    auto gone = database.change("DELETE FROM detached_field WHERE digest IN (SELECT digest FROM purged_field)");
    if (!gone) return gone;
    if (auto forgotten = database.change("DELETE FROM purged_field"); !forgotten) return forgotten;
    return gone;
}

// Ended, with no entry left that speaks of them.
Result<std::uint64_t> purge_applications(Database& database) {
    const std::string ended = std::string("SELECT number FROM application WHERE state NOT IN ") + open_states +
                              " AND NOT EXISTS (SELECT 1 FROM entry WHERE entry.application = application.number)"
                              " AND NOT EXISTS (SELECT 1 FROM intent WHERE intent.application = application.number)"
                              " AND NOT EXISTS (SELECT 1 FROM decision WHERE decision.application = application.number)";
    for (const std::string& sql : {"DELETE FROM notice_delivery WHERE notice IN (SELECT id FROM notice WHERE application IN (" + ended + "))",
                                  "DELETE FROM notice WHERE application IN (" + ended + ")", "DELETE FROM application_document WHERE application IN (" + ended + ")"})
        if (auto gone = database.change(sql); !gone) return gone;
    return database.change("DELETE FROM application WHERE number IN (" + ended + ")");
}

Result<void> purge_rows(Database& database, std::uint64_t end) {
    for (const char* sql : {"DELETE FROM approval_use WHERE intent_index < ?", "DELETE FROM issuer_use WHERE intent_index < ?",
                            "DELETE FROM decision WHERE ledger_index < ?", "DELETE FROM intent WHERE idx < ?", "DELETE FROM training WHERE ledger_index < ?",
                            "DELETE FROM act_confirmation WHERE ledger_index < ?", "DELETE FROM entry_document WHERE idx < ?",
                            "DELETE FROM purge WHERE ledger_index < ?"})
        if (auto gone = database.change(sql, end); !gone) return gone.error();
    return {};
}

Result<std::uint64_t> purge_approvals(Database& database, Timestamp before) {
    if (auto proofs = database.change("DELETE FROM use_proof WHERE used_at < ?", before); !proofs) return proofs;
    return database.change("DELETE FROM approval WHERE expires_at < ? AND jti NOT IN (SELECT jti FROM approval_use)", before);
}

// Attachments of purged applications, and those that no application ever named.
Result<std::uint64_t> purge_documents(Database& database, Timestamp before) {
    return database.change("DELETE FROM stored_document WHERE stored_at < ? AND NOT EXISTS (SELECT 1 FROM application_document AS listed "
                           "WHERE listed.alg = stored_document.alg AND listed.hex = stored_document.hex)",
                           before);
}

std::string text_of(const json::object& object, const char* field) {
    const auto* value = object.if_contains(field);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : "";
}

// With what is kept beside it.
Result<json::object> read_whole_entry(Database& database, std::uint64_t index) {
    const auto entry = find_entry(database, index);
    if (!entry) return entry.error();
    auto fields = parse_json_object(entry->entry.body);
    if (!fields) return fields.error();
    const DetachedLookup find = [&database](const std::string& digest) -> Result<std::optional<std::string>> {
        auto content = detached_field(database, digest);
        if (!content) return content.error();
        return std::optional(std::move(*content));
    };
    if (auto attached = attach_all(*fields, find); !attached) return attached.error();
    return fields;
}

Result<std::optional<std::uint64_t>> purge_index(Database& database) {
    return smallest(database.query("SELECT max(ledger_index) FROM purge"));
}

Result<json::array> carried_seals(Database& database) {
    const auto index = purge_index(database);
    if (!index || !*index) return index ? Result<json::array>(json::array()) : Result<json::array>(index.error());
    const auto entry = read_whole_entry(database, **index);
    if (!entry) return entry.error();
    const auto* seals = entry->if_contains("seals");
    return seals != nullptr && seals->is_array() ? seals->get_array() : json::array();
}

Result<std::optional<json::object>> seal_state_before(Database& database, const std::string& seal, std::uint64_t end) {
    auto entry = first_row(database.query(select_entries + "WHERE seal = ? AND idx < ? AND kind LIKE 'seal-%' ORDER BY idx DESC LIMIT 1", seal, end), entry_at);
    if (!entry) return entry.error();
    if (!*entry) return std::optional<json::object>();
    const auto fields = parse_json_object((*entry)->entry.body);
    if (!fields) return fields.error();
    return std::optional(json::object{{"name", seal}, {"state", text_of(*fields, "state")}, {"since", to_rfc3339((*entry)->entry.time)}});
}

}  // namespace

Result<std::uint64_t> first_entry(Database& database) {
    const auto first = smallest(database.query("SELECT min(idx) FROM entry"));
    if (!first) return first.error();
    return first->value_or(0);
}

Result<PurgePlan> plan_purge(Database& database, Timestamp before, Timestamp now, std::optional<std::uint64_t> until) {
    PurgePlan plan;
    const auto first = first_entry(database);
    if (!first) return first.error();
    const auto young = first_young(database, before, until);
    if (!young) return young.error();
    std::uint64_t end = *young;
    auto others = needs_of_others(database);
    if (!others) return others.error();
    auto all = needs();
    all.insert(all.end(), others->begin(), others->end());
    for (const auto& need : all) {
        const auto index = smallest(database.query(need.sql, now));
        if (!index) return index.error();
        if (!*index || **index >= end) continue;
        end = **index;
        plan.held_back = "entry " + std::to_string(end) + " and what follows stay: " + need.why;
    }
    plan.begin = *first;
    plan.end = std::max(whole_bundles(end), plan.begin);
    if (plan.begin == plan.end) return plan;
    const auto earliest = first_time(database.query("SELECT time FROM entry INDEXED BY entry_by_time WHERE idx < ? ORDER BY time LIMIT 1", plan.end));
    if (!earliest) return earliest.error();
    const auto latest = first_time(database.query("SELECT time FROM entry INDEXED BY entry_by_time WHERE idx < ? AND time < ? ORDER BY time DESC LIMIT 1", plan.end, before));
    if (!latest) return latest.error();
    plan.first = *earliest;
    plan.last = *latest;
    return plan;
}

Result<PurgeFacts> read_purge_facts(Database& database, std::uint64_t end) {
    TileReader tiles(database);
    const auto root = root_hash(end, [&tiles](unsigned level, std::uint64_t index) { return tiles.node(level, index); });
    if (!root) return root.error();
    const auto carried = carried_seals(database);
    if (!carried) return carried.error();
    json::array seals;
    const auto names = all_rows(database.query("SELECT name FROM seal ORDER BY name"), [](const Statement& row) { return row.text(0); });
    if (!names) return names.error();
    for (const auto& name : *names) {
        auto state = seal_state_before(database, name, end);
        if (!state) return state.error();
        if (*state) seals.push_back(std::move(**state));
        for (const auto& each : *carried)
            if (!*state && each.is_object() && text_of(each.get_object(), "name") == name) seals.push_back(each);
    }
    return PurgeFacts{*root, std::move(seals)};
}

PurgeCounts& PurgeCounts::operator+=(const PurgeCounts& more) {
    entries += more.entries;
    fields += more.fields;
    applications += more.applications;
    approvals += more.approvals;
    documents += more.documents;
    return *this;
}

Result<PurgeCounts> purge_entries(Database& database, const PurgePlan& plan, std::uint64_t index, Timestamp before) {
    // What is deleted is overwritten in the file, too.
    if (auto set = database.run_script("PRAGMA secure_delete = ON"); !set) return set.error();
    if (auto noted = database.change("INSERT INTO purge (ledger_index, bound, before) VALUES (?, ?, ?)", index, plan.end, before); !noted) return noted.error();
    if (auto gone = purge_rows(database, plan.end); !gone) return gone.error();
    const auto fields = purge_fields(database, plan.begin, plan.end);
    if (!fields) return fields.error();
    const auto entries = database.change("DELETE FROM entry WHERE idx < ?", plan.end);
    if (!entries) return entries.error();
    const auto applications = purge_applications(database);
    if (!applications) return applications.error();
    const auto approvals = purge_approvals(database, before);
    if (!approvals) return approvals.error();
    const auto documents = purge_documents(database, before);
    if (!documents) return documents.error();
    return PurgeCounts{.entries = *entries, .fields = *fields, .applications = *applications, .approvals = *approvals, .documents = *documents};
}

Result<std::optional<PurgeRecord>> latest_purge(Database& database) {
    const auto index = purge_index(database);
    if (!index) return index.error();
    if (!*index) return std::optional<PurgeRecord>();
    const auto entry = find_entry(database, **index);
    if (!entry) return entry.error();
    return find_purge_record(**index, entry->entry.body);
}

Result<std::optional<PurgedSealState>> find_purged_seal_state(Database& database, const std::string& seal, Timestamp when) {
    const auto index = purge_index(database);
    if (!index) return index.error();
    if (!*index) return std::optional<PurgedSealState>();
    const auto seals = carried_seals(database);
    if (!seals) return seals.error();
    for (const auto& each : *seals) {
        if (!each.is_object() || text_of(each.get_object(), "name") != seal) continue;
        const auto since = decode_rfc3339(text_of(each.get_object(), "since"));
        if (since && *since <= when) return std::optional(PurgedSealState{text_of(each.get_object(), "state"), **index});
    }
    return std::optional<PurgedSealState>();
}

}  // namespace seald
