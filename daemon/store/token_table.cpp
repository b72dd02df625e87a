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

Result<bool> is_unlock_attempt_open(Database& database, const TokenName& token) {
    auto open = first_row(database.query("SELECT unlock_attempt_open FROM token WHERE name = ?", token.str()),
                          [](const Statement& row) { return row.boolean(0); });
    if (!open) return open.error();
    return open->value_or(false);
}

}  // namespace seald::tables
