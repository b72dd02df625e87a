#include "daemon/store/custody_table.hpp"

namespace seald::tables {
namespace {

constexpr std::string_view select_hand_overs =
    "SELECT number, seal, giver, receiver, supervisor, reason, started_by, started_at, received_at, confirmed_at, declined_by, declined_at FROM hand_over ";
constexpr std::string_view select_acting = "SELECT number, seal, person, begins, ends, reason, appointed_by FROM acting_custodian ";

PersonId person_at(const Statement& row, int column) { return stored(PersonId::decode(row.text(column))); }
std::optional<Timestamp> find_time_at(const Statement& row, int column) { return row.is_null(column) ? std::nullopt : std::optional(row.time(column)); }

HandOver hand_over_at(const Statement& row) {
    return {.number = row.index(0),
            .seal = stored(SealName::decode(row.text(1))),
            .giver = person_at(row, 2),
            .receiver = person_at(row, 3),
            .supervisor = person_at(row, 4),
            .reason = row.text(5),
            .started_by = person_at(row, 6),
            .started_at = row.time(7),
            .received_at = find_time_at(row, 8),
            .confirmed_at = find_time_at(row, 9),
            .declined_by = row.is_null(10) ? std::nullopt : std::optional(person_at(row, 10)),
            .declined_at = find_time_at(row, 11)};
}

ActingCustodian acting_at(const Statement& row) {
    return {.number = row.index(0),
            .seal = stored(SealName::decode(row.text(1))),
            .person = person_at(row, 2),
            .begin = row.time(3),
            .end = row.time(4),
            .reason = row.text(5),
            .appointed_by = person_at(row, 6)};
}

Result<std::uint64_t> last_number(Database& database) {
    auto number = first_row(database.query("SELECT last_insert_rowid()"), [](const Statement& row) { return row.index(0); });
    if (!number) return number.error();
    return **number;
}

Result<bool> exists(Statement query) {
    auto there = first_row(std::move(query), [](const Statement& row) { return row.boolean(0); });
    if (!there) return there.error();
    return there->value_or(false);
}

}  // namespace

Result<std::uint64_t> insert_hand_over(Database& database, const HandOver& hand_over) {
    auto inserted = database.change("INSERT INTO hand_over (seal, giver, receiver, supervisor, reason, started_by, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                    hand_over.seal.str(), hand_over.giver.str(), hand_over.receiver.str(), hand_over.supervisor.str(), hand_over.reason,
                                    hand_over.started_by.str(), hand_over.started_at);
    if (!inserted && inserted.error().rule == "already-there")
        return conflict("hand-over-open", "seal " + hand_over.seal.str() + " is being handed over already: that is confirmed or declined first");
    if (!inserted) return inserted.error();
    return last_number(database);
}

Result<std::optional<HandOver>> find_open_hand_over(Database& database, const SealName& seal) {
    static const std::string sql = std::string(select_hand_overs) + "WHERE seal = ? AND confirmed_at IS NULL AND declined_at IS NULL";
    return first_row(database.query(sql, seal.str()), hand_over_at);
}

Result<std::vector<HandOver>> list_hand_overs(Database& database, const SealName& seal) {
    static const std::string sql = std::string(select_hand_overs) + "WHERE seal = ? ORDER BY number";
    return all_rows(database.query(sql, seal.str()), hand_over_at);
}

Result<void> update_hand_over(Database& database, const HandOver& changed) {
    auto updated = database.change("UPDATE hand_over SET received_at = ?, confirmed_at = ?, declined_by = ?, declined_at = ? "
                                   "WHERE number = ? AND confirmed_at IS NULL AND declined_at IS NULL",
                                   changed.received_at, changed.confirmed_at,
                                   changed.declined_by ? std::optional(changed.declined_by->str()) : std::nullopt, changed.declined_at, changed.number);
    if (!updated) return updated.error();
    if (*updated != 1) return conflict("hand-over-state", "hand-over " + std::to_string(changed.number) + " is over: look again");
    return {};
}

Result<std::uint64_t> insert_acting(Database& database, const ActingCustodian& acting) {
    auto inserted = database.change("INSERT INTO acting_custodian (seal, person, begins, ends, reason, appointed_by) VALUES (?, ?, ?, ?, ?, ?)",
                                    acting.seal.str(), acting.person.str(), acting.begin, acting.end, acting.reason, acting.appointed_by.str());
    if (!inserted) return inserted.error();
    return last_number(database);
}

Result<std::vector<ActingCustodian>> list_acting(Database& database, const SealName& seal, Timestamp now) {
    static const std::string sql = std::string(select_acting) + "WHERE seal = ? AND ends > ? AND ends > begins ORDER BY begins, number";
    return all_rows(database.query(sql, seal.str(), now), acting_at);
}

// One that had not begun ends as it begins.
Result<std::uint64_t> end_acting(Database& database, const SealName& seal, const PersonId& person, Timestamp now) {
    return database.change("UPDATE acting_custodian SET ends = max(begins, ?1) WHERE seal = ?2 AND person = ?3 AND ends > ?1 AND ends > begins", now, seal.str(), person.str());
}

Result<bool> is_acting(Database& database, const SealName& seal, const PersonId& person, Timestamp now) {
    return exists(database.query("SELECT EXISTS (SELECT 1 FROM acting_custodian WHERE seal = ?1 AND person = ?2 AND begins <= ?3 AND ends > ?3)", seal.str(),
                                 person.str(), now));
}

Result<bool> is_acting_on_token(Database& database, const TokenName& token, const PersonId& person, Timestamp now) {
    return exists(database.query("SELECT EXISTS (SELECT 1 FROM acting_custodian a JOIN seal s ON s.name = a.seal WHERE a.person = ?1 AND begins <= ?2 AND ends > ?2 "
                                 "AND (s.token = ?3 OR EXISTS (SELECT 1 FROM seal_standby b WHERE b.seal = s.name AND b.version = s.version AND b.token = ?3) "
                                 "OR EXISTS (SELECT 1 FROM seal_version v WHERE v.seal = s.name AND v.state = 'waiting' AND v.token = ?3)))",
                                 person.str(), now, token.str()));
}

}  // namespace seald::tables
