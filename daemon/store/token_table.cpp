#include "daemon/store/token_table.hpp"

namespace seald::tables {

Result<void> remember_token(Database& database, const TokenName& token, const TokenIdentity& identity) {
    auto known = find_token(database, token);
    if (!known) return known.error();
    if (*known && **known != identity)
        return conflict("token-changed", "another device answers as token " + token.str() + ": serial " +
                                             identity.serial + " instead of " + (*known)->serial);
    auto changed = database.change(
        "INSERT INTO token (name, serial, model, manufacturer) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name) DO UPDATE SET serial = excluded.serial, model = excluded.model, manufacturer = "
        "excluded.manufacturer",
        token.str(), identity.serial, identity.model, identity.manufacturer);
    if (!changed) return changed.error();
    return {};
}

Result<std::optional<TokenIdentity>> find_token(Database& database, const TokenName& token) {
    return first_row(
        database.query("SELECT serial, model, manufacturer FROM token WHERE name = ? AND serial IS NOT NULL",
                       token.str()),
        [](const Statement& row) {
            return TokenIdentity{.serial = row.text(0), .model = row.text(1), .manufacturer = row.text(2)};
        });
}

Result<void> begin_unlock_attempt(Database& database, const TokenName& token) {
    auto begun = database.change(
        "INSERT INTO token (name, unlock_attempt_open) VALUES (?, 1) "
        "ON CONFLICT (name) DO UPDATE SET unlock_attempt_open = 1 WHERE unlock_attempt_open = 0",
        token.str());
    if (!begun) return begun.error();
    if (*begun != 1)
        return conflict("unlock-attempt-open", "how the last attempt to unlock token " + token.str() +
                                                   " ended is not known: a custodian must check the PIN and unlock it");
    return {};
}

Result<void> end_unlock_attempt(Database& database, const TokenName& token) {
    auto ended = database.change("UPDATE token SET unlock_attempt_open = 0 WHERE name = ?", token.str());
    if (!ended) return ended.error();
    return {};
}

Result<void> leave_unlock_attempt_open(Database& database, const TokenName& token) {
    auto left = database.change(
        "INSERT INTO token (name, unlock_attempt_open) VALUES (?, 1) ON CONFLICT (name) DO UPDATE SET unlock_attempt_open = 1",
        token.str());
    if (!left) return left.error();
    return {};
}

Result<bool> is_unlock_attempt_open(Database& database, const TokenName& token) {
    auto open = first_row(database.query("SELECT unlock_attempt_open FROM token WHERE name = ?", token.str()),
                          [](const Statement& row) { return row.boolean(0); });
    if (!open) return open.error();
    return open->value_or(false);
}

Result<void> set_token_locked(Database& database, const TokenName& token, bool locked) {
    auto changed = database.change(
        "INSERT INTO token (name, locked) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET locked = excluded.locked",
        token.str(), std::uint64_t{locked});
    if (!changed) return changed.error();
    return {};
}

Result<bool> is_token_locked(Database& database, const TokenName& token) {
    auto locked = first_row(database.query("SELECT locked FROM token WHERE name = ?", token.str()),
                            [](const Statement& row) { return row.boolean(0); });
    if (!locked) return locked.error();
    return locked->value_or(false);
}

Result<RefusedPins> refused_pins(Database& database, const TokenName& token) {
    auto salted = database.change(
        "INSERT INTO token (name, pin_salt) VALUES (?, randomblob(16)) "
        "ON CONFLICT (name) DO UPDATE SET pin_salt = excluded.pin_salt WHERE pin_salt IS NULL",
        token.str());
    if (!salted) return salted.error();
    auto salt = first_row(database.query("SELECT pin_salt FROM token WHERE name = ?", token.str()),
                          [](const Statement& row) { return row.blob(0); });
    if (!salt) return salt.error();
    auto prints = all_rows(
        database.query("SELECT print FROM refused_pin WHERE token = ? ORDER BY refused_at DESC LIMIT 16", token.str()),
        [](const Statement& row) { return row.blob(0); });
    if (!prints) return prints.error();
    return RefusedPins{salt->value_or(Bytes()), std::move(*prints)};
}

Result<void> remember_refused_pin(Database& database, const TokenName& token, const Bytes& print, Timestamp now) {
    auto remembered = database.change(
        "INSERT INTO refused_pin (token, print, refused_at) VALUES (?, ?, ?) "
        "ON CONFLICT (token, print) DO UPDATE SET refused_at = excluded.refused_at",
        token.str(), print, now);
    if (!remembered) return remembered.error();
    return {};
}

Result<void> forget_refused_pins(Database& database, const TokenName& token) {
    auto forgotten = database.change("DELETE FROM refused_pin WHERE token = ?", token.str());
    if (!forgotten) return forgotten.error();
    return {};
}

Result<std::optional<EnrolledKey>> find_enrolled_key(Database& database, const TokenName& token) {
    return first_row(database.query("SELECT p.key_id, s.public_key FROM seal s JOIN "
                                    "(SELECT name, token, key_id FROM seal UNION ALL "
                                    "SELECT seal, b.token, b.key_id FROM seal_standby b JOIN seal ON name = seal AND seal.version = b.version) p ON p.name = s.name "
                                    "WHERE p.token = ? AND s.state NOT IN ('lost', 'cancelled', 'destroyed') "
                                    "ORDER BY s.state = 'in-force' DESC, s.name LIMIT 1",
                                    token.str()),
                     [](const Statement& row) { return EnrolledKey{row.blob(0), row.blob(1)}; });
}

Result<void> keep_profile(Database& database, const TokenName& token, const std::string& json) {
    auto kept = database.change(
        "INSERT INTO token (name, profile) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET profile = excluded.profile",
        token.str(), json);
    if (!kept) return kept.error();
    return {};
}

Result<std::optional<std::string>> find_profile(Database& database, const TokenName& token) {
    return first_row(database.query("SELECT profile FROM token WHERE name = ? AND profile IS NOT NULL", token.str()),
                     [](const Statement& row) { return row.text(0); });
}

}  // namespace seald::tables
