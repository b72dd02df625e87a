#include "daemon/store/approval_table.hpp"

#include "daemon/store/row_words.hpp"

namespace seald::tables {
namespace {

Result<unsigned> count_uses(Database& database, const std::string& jti, const Digest& document) {
    auto count = first_row(
        database.query("SELECT count(*) FROM approval_use WHERE jti = ? AND alg = ? AND hex = ? AND released = 0", jti,
                       to_string(document.algorithm()), document.hex()),
        [](const Statement& row) { return static_cast<unsigned>(row.integer(0)); });
    if (!count) return count.error();
    return **count;
}

Result<unsigned> count_all_uses(Database& database, const std::string& jti) {
    auto count = first_row(database.query("SELECT count(*) FROM approval_use WHERE jti = ? AND released = 0", jti),
                           [](const Statement& row) { return static_cast<unsigned>(row.integer(0)); });
    if (!count) return count.error();
    return **count;
}

Result<bool> is_revoked(Database& database, const std::string& jti) {
    auto row = first_row(database.query("SELECT 1 FROM approval WHERE jti = ? AND revoked_at IS NOT NULL", jti),
                         [](const Statement&) { return true; });
    if (!row) return row.error();
    return row->has_value();
}

Result<void> reserve(Database& database, const std::string& jti, const Digest& document, std::uint64_t intent_index) {
    const auto revoked = is_revoked(database, jti);
    if (!revoked) return revoked.error();
    if (*revoked) return refusal("approval-revoked", "approval " + jti + " was revoked: a new one is needed");
    auto inserted = database.change("INSERT INTO approval_use (jti, alg, hex, intent_index) VALUES (?, ?, ?, ?)", jti,
                                    to_string(document.algorithm()), document.hex(), intent_index);
    if (!inserted) return inserted.error();
    return {};
}

}  // namespace

Result<void> remember_approval(Database& database, const std::string& jti, const Digest& token_digest,
                               Timestamp expires_at) {
    auto known = first_row(database.query("SELECT token_digest FROM approval WHERE jti = ?", jti),
                           [](const Statement& row) { return row.text(0); });
    if (!known) return known.error();
    if (*known && **known == token_digest.hex()) return {};
    if (*known)
        return conflict("approval-id-reused",
                        "approval id " + jti + " belongs to another approval: each needs its own id");
    auto inserted = database.change("INSERT INTO approval (jti, token_digest, expires_at) VALUES (?, ?, ?)", jti,
                                    token_digest.hex(), expires_at);
    if (!inserted) return inserted.error();
    return {};
}

Result<void> reserve_use(Database& database, const std::string& jti, const Digest& document, unsigned allowed,
                         std::uint64_t intent_index) {
    const auto used = count_uses(database, jti, document);
    if (!used) return used.error();
    if (*used >= allowed)
        return conflict("approval-already-used", "approval " + jti + " was already used for " +
                                                     std::string(to_string(document.algorithm())) + ":" +
                                                     document.hex() + ": a new approval is needed");
    return reserve(database, jti, document, intent_index);
}

Result<void> reserve_quota_use(Database& database, const std::string& jti, const Digest& document, unsigned uses, std::uint64_t intent_index) {
    const auto used = count_all_uses(database, jti);
    if (!used) return used.error();
    if (*used >= uses) return conflict("approval-already-used", "all " + std::to_string(uses) + " uses of approval " + jti + " are used");
    return reserve(database, jti, document, intent_index);
}

Result<void> revoke_approval(Database& database, const std::string& jti, Timestamp now) {
    auto revoked = database.change("UPDATE approval SET revoked_at = ? WHERE jti = ? AND revoked_at IS NULL", now, jti);
    if (!revoked) return revoked.error();
    if (*revoked != 1) return conflict("approval-revoked", "this approval was revoked before");
    return {};
}

Result<std::vector<std::string>> revoked_approvals(Database& database, const std::vector<std::string>& jtis) {
    std::vector<std::string> found;
    for (const auto& jti : jtis) {
        const auto revoked = is_revoked(database, jti);
        if (!revoked) return revoked.error();
        if (*revoked) found.push_back(jti);
    }
    return found;
}

Result<void> release_uses(Database& database, std::uint64_t intent_index) {
    auto released = database.change("UPDATE approval_use SET released = 1 WHERE intent_index = ?", intent_index);
    if (!released) return released.error();
    return {};
}

Result<std::vector<SpentUse>> spent_uses(Database& database, const std::vector<std::string>& jtis) {
    std::vector<SpentUse> uses;
    for (const auto& jti : jtis) {
        auto of_one = all_rows(
            database.query(
                "SELECT alg, hex, count(*) FROM approval_use WHERE jti = ? AND released = 0 GROUP BY alg, hex", jti),
            [&jti](const Statement& row) {
                return SpentUse{
                    .approval_id = jti, .document = digest_at(row, 0), .count = static_cast<unsigned>(row.integer(2))};
            });
        if (!of_one) return of_one.error();
        uses.insert(uses.end(), std::make_move_iterator(of_one->begin()), std::make_move_iterator(of_one->end()));
    }
    return uses;
}

Result<std::map<Digest, unsigned>> application_uses(Database& database, const ApplicationNumber& application) {
    const auto uses = all_rows(
        database.query("SELECT used.alg, used.hex, count(DISTINCT used.intent_index) FROM application JOIN decision ON decision.application = number AND "
                       "decision.round = application.round JOIN approval_use AS used ON used.jti = decision.approval_id AND used.released = 0 "
                       "WHERE number = ? GROUP BY used.alg, used.hex",
                       application.str()),
        [](const Statement& row) { return std::pair(digest_at(row, 0), static_cast<unsigned>(row.integer(2))); });
    if (!uses) return uses.error();
    return std::map<Digest, unsigned>(uses->begin(), uses->end());
}

}  // namespace seald::tables
