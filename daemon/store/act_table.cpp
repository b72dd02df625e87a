#include "daemon/store/act_table.hpp"

namespace seald::tables {
namespace {

const std::string select_acts =
    "SELECT number, kind, seal, statement, reason, asked_by, asked_at, expires_at, state, end_reason FROM pending_act ";

bool is_duplicate(const Error& error) { return error.code == ErrorCode::conflict && error.rule == "already-there"; }

PendingAct act_at(const Statement& row) {  // without its confirmations
    return {.number = stored(ActNumber::decode(row.text(0))),
            .kind = stored(decode_dual_act(row.text(1))),
            .seal = row.is_null(2) ? std::nullopt : std::optional(stored(SealName::decode(row.text(2)))),
            .statement = row.text(3),
            .reason = row.text(4),
            .asked_by = stored(PersonId::decode(row.text(5))),
            .asked_at = row.time(6),
            .expires_at = row.time(7),
            .state = stored(decode_dual_act_state(row.text(8))),
            .end_reason = row.text(9)};
}

Result<void> read_confirmations(Database& database, PendingAct& act) {
    auto rows = all_rows(database.query("SELECT person, confirmation_id, jws, key, confirmed_at FROM act_confirmation WHERE act = ? ORDER BY ledger_index", act.number.str()),
                         [](const Statement& row) {
                             return RecordedConfirmation{stored(PersonId::decode(row.text(0))), row.text(1), row.text(2), row.text(3), row.time(4)};
                         });
    if (!rows) return rows.error();
    act.confirmations = std::move(*rows);
    return {};
}

Result<std::vector<PendingAct>> complete(Database& database, Result<std::vector<PendingAct>> acts) {
    if (!acts) return acts;
    for (auto& act : *acts)
        if (auto read = read_confirmations(database, act); !read) return read.error();
    return acts;
}

Result<std::optional<std::string>> same_open(Database& database, const PendingAct& act) {
    return first_row(database.query("SELECT number FROM pending_act WHERE kind = ? AND seal = ? AND state IN ('waiting', 'confirmed')", to_string(act.kind),
                                    act.seal ? std::optional(act.seal->str()) : std::nullopt),
                     [](const Statement& row) { return row.text(0); });
}

}  // namespace

Result<ActNumber> next_act_number(Database& database, int year) {
    auto highest = first_row(database.query("SELECT max(sequence) FROM pending_act WHERE year = ?", year),
                             [](const Statement& row) { return static_cast<unsigned>(row.integer(0)); });
    if (!highest) return highest.error();
    return ActNumber::make(year, highest->value_or(0) + 1);
}

Result<void> insert_act(Database& database, const PendingAct& act) {
    const auto seal = act.seal ? std::optional(act.seal->str()) : std::nullopt;
    auto inserted = database.change(
        "INSERT INTO pending_act (number, year, sequence, kind, seal, statement, reason, asked_by, asked_at, expires_at, needed, state, end_reason) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'waiting', '')",
        act.number.str(), act.number.year(), act.number.sequence(), to_string(act.kind), seal, act.statement, act.reason, act.asked_by.str(), act.asked_at,
        act.expires_at, confirmations_needed(act.kind));
    if (inserted) return {};
    if (!is_duplicate(inserted.error())) return inserted.error();
    auto other = same_open(database, act);
    if (!other) return other.error();
    const std::string number = *other ? **other : "another act";
    return conflict("act-waiting", "the same was asked for already: " + number + " is open; sealctl act show " + number + " tells whom it waits for");
}

Result<std::optional<PendingAct>> find_act(Database& database, const ActNumber& number) {
    auto act = first_row(database.query(select_acts + "WHERE number = ?", number.str()), act_at);
    if (!act || !*act) return act;
    if (auto read = read_confirmations(database, **act); !read) return read.error();
    return act;
}

Result<std::vector<PendingAct>> list_acts(Database& database, bool only_open, unsigned limit) {
    const std::string which = only_open ? "WHERE state IN ('waiting', 'confirmed') " : "";
    return complete(database, all_rows(database.query(select_acts + which + "ORDER BY year DESC, sequence DESC LIMIT ?", limit), act_at));
}

Result<std::vector<PendingAct>> open_acts_of(Database& database, const SealName& seal) {
    return complete(database, all_rows(database.query(select_acts + "WHERE seal = ? AND state IN ('waiting', 'confirmed') ORDER BY year, sequence", seal.str()), act_at));
}

Result<void> set_act_state(Database& database, const ActNumber& number, DualActState from, DualActState to, const std::string& reason, Timestamp now) {
    const bool open = to == DualActState::waiting || to == DualActState::confirmed;
    auto changed = database.change("UPDATE pending_act SET state = ?, end_reason = ?, ended_at = ? WHERE number = ? AND state = ?", to_string(to), reason,
                                   open ? std::optional<Timestamp>() : std::optional(now), number.str(), to_string(from));
    if (!changed) return changed.error();
    if (*changed != 1) return conflict("act-changed", number.str() + " was changed by somebody else just now: look again");
    return {};
}

Result<void> insert_confirmation(Database& database, const ActNumber& number, const RecordedConfirmation& confirmation, std::uint64_t ledger_index) {
    auto inserted = database.change("INSERT INTO act_confirmation (act, person, confirmation_id, jws, key, confirmed_at, ledger_index) VALUES (?, ?, ?, ?, ?, ?, ?)",
                                    number.str(), confirmation.person.str(), confirmation.id, confirmation.jws, confirmation.key, confirmation.confirmed_at, ledger_index);
    if (inserted) return {};
    if (is_duplicate(inserted.error())) return conflict("confirmation-used", "this confirmation was handed in before: sign a new one");
    return inserted.error();
}

Result<void> insert_destroyed_key(Database& database, const SealName& seal, const DestroyedKey& destroyed) {
    auto inserted = database.change("INSERT INTO destroyed_key (seal, token, token_serial, key_id, ledger_index) VALUES (?, ?, ?, ?, ?)", seal.str(),
                                    destroyed.place.token.str(), destroyed.place.token_serial, destroyed.place.key_id, destroyed.ledger_index);
    if (!inserted) return inserted.error();
    return {};
}

Result<std::vector<DestroyedKey>> destroyed_keys_of(Database& database, const SealName& seal) {
    return all_rows(database.query("SELECT token, token_serial, key_id, ledger_index FROM destroyed_key WHERE seal = ? ORDER BY ledger_index", seal.str()),
                    [](const Statement& row) {
                        return DestroyedKey{{stored(TokenName::decode(row.text(0))), row.text(1), row.blob(2)}, row.index(3)};
                    });
}

}  // namespace seald::tables
