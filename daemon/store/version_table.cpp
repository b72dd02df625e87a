#include "daemon/store/version_table.hpp"

#include "daemon/store/seal_table.hpp"

namespace seald::tables {
namespace {

constexpr std::string_view select_versions =
    "SELECT seal, number, state, token, token_serial, algorithm, key_id, public_key, certificates, key_attributes, reason, by, since, used_from, "
    "planned_at, planned_by, problem FROM seal_version ";

std::optional<PlannedCutOver> find_plan_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return PlannedCutOver{.at = row.time(column), .by = stored(PersonId::decode(row.text(column + 1))), .problem = row.text(column + 2)};
}

SealVersion version_at(const Statement& row) {
    return {.seal = stored(SealName::decode(row.text(0))),
            .number = static_cast<unsigned>(row.index(1)),
            .state = stored(decode_version_state(row.text(2))),
            .place = {stored(TokenName::decode(row.text(3))), row.text(4), row.blob(6)},
            .algorithm = stored(decode_key_algorithm(row.text(5))),
            .public_key = stored(PublicKey::from_der(row.blob_view(7))),
            .certificates = row.is_null(8) ? std::vector<Certificate>() : stored(Certificate::chain_from_pem(row.text(8))),
            .key_attributes = row.text(9),
            .reason = row.text(10),
            .by = stored(PersonId::decode(row.text(11))),
            .since = row.time(12),
            .used_from = row.is_null(13) ? std::nullopt : std::optional(row.time(13)),
            .planned = find_plan_at(row, 14)};
}

std::optional<std::string> pem_of(const std::vector<Certificate>& certificates) {
    if (certificates.empty()) return std::nullopt;
    std::string pem;
    for (const auto& each : certificates) pem += each.to_pem();
    return pem;
}

std::optional<std::string> unless_empty(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

struct PlanColumns {
    std::optional<Timestamp> at = {};
    std::optional<std::string> by = {}, problem = {};
};
PlanColumns columns_of(const std::optional<PlannedCutOver>& planned) {
    if (!planned) return {};
    return {planned->at, planned->by.str(), unless_empty(planned->problem)};
}

Error waits_no_more(const SealVersion& version) {
    return conflict("seal-changed", "version " + std::to_string(version.number) + " of seal " + version.seal.str() +
                                        " does not wait any more: somebody was quicker; look again");
}

}  // namespace

Result<void> insert_version(Database& database, const SealVersion& version) {
    const auto plan = columns_of(version.planned);
    auto inserted = database.change(
        "INSERT INTO seal_version (seal, number, state, token, token_serial, algorithm, key_id, public_key, certificates, key_attributes, reason, by, "
        "since, used_from, planned_at, planned_by, problem) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        version.seal.str(), version.number, to_string(version.state), version.place.token.str(), version.place.token_serial,
        to_string(version.algorithm), version.place.key_id, version.public_key.to_der(), pem_of(version.certificates),
        unless_empty(version.key_attributes), version.reason, version.by.str(), version.since, version.used_from, plan.at, plan.by, plan.problem);
    if (inserted) return {};
    if (inserted.error().rule != "already-there") return inserted.error();
    return conflict("version-waiting", "seal " + version.seal.str() + " has a version that waits already: cut over to it, or withdraw it");
}

Result<std::optional<SealVersion>> find_waiting_version(Database& database, const SealName& seal) {
    static const std::string sql = std::string(select_versions) + "WHERE seal = ? AND state = 'waiting'";
    return first_row(database.query(sql, seal.str()), version_at);
}

Result<std::vector<SealVersion>> list_versions(Database& database, const SealName& seal) {
    static const std::string sql = std::string(select_versions) + "WHERE seal = ? ORDER BY number";
    return all_rows(database.query(sql, seal.str()), version_at);
}

Result<unsigned> next_version_number(Database& database, const Seal& seal) {
    auto highest = first_row(database.query("SELECT coalesce(max(number), 0) FROM seal_version WHERE seal = ?", seal.name.str()),
                             [](const Statement& row) { return static_cast<unsigned>(row.index(0)); });
    if (!highest) return highest.error();
    return std::max(**highest, seal.version) + 1;
}

Result<void> update_waiting_version(Database& database, const SealVersion& changed) {
    const auto plan = columns_of(changed.planned);
    auto updated = database.change(
        "UPDATE seal_version SET state = ?, certificates = ?, reason = ?, by = ?, since = ?, planned_at = ?, planned_by = ?, problem = ? "
        "WHERE seal = ? AND number = ? AND state = 'waiting'",
        to_string(changed.state), pem_of(changed.certificates), changed.reason, changed.by.str(), changed.since, plan.at, plan.by, plan.problem,
        changed.seal.str(), changed.number);
    if (!updated) return updated.error();
    if (*updated != 1) return waits_no_more(changed);
    return {};
}

Result<void> cut_over(Database& database, const Seal& before, const SealVersion& waiting, const PersonId& by, Timestamp now) {
    auto taken = database.change("DELETE FROM seal_version WHERE seal = ? AND number = ? AND state = 'waiting'", waiting.seal.str(), waiting.number);
    if (!taken) return taken.error();
    if (*taken != 1) return waits_no_more(waiting);
    Seal after = with_version(before, waiting);
    after.version_from = now;
    if (auto updated = update_seal(database, after, before.state, before.epoch); !updated) return updated;
    return insert_version(database, replaced_version(before, waiting, by, now));
}

Result<std::vector<SealName>> due_cut_overs(Database& database, Timestamp now) {
    return all_rows(database.query("SELECT seal FROM seal_version JOIN seal ON seal.name = seal_version.seal WHERE planned_at <= ? "
                                   "AND seal.state IN ('filed', 'in-force', 'suspended') ORDER BY planned_at",
                                   now),
                    [](const Statement& row) { return stored(SealName::decode(row.text(0))); });
}

Result<std::optional<Seal>> find_seal_with_version(Database& database, const SealName& name, unsigned version) {
    auto seal = find_seal(database, name);
    if (!seal || !*seal || version == 0 || (*seal)->version == version) return seal;
    static const std::string sql = std::string(select_versions) + "WHERE seal = ? AND number = ?";
    auto found = first_row(database.query(sql, name.str(), version), version_at);
    if (!found) return found.error();
    if (!*found) return std::optional<Seal>();
    return std::optional(with_version(std::move(**seal), **found));
}

Result<std::vector<SealKey>> keys_of(Database& database, const SealName& seal) {
    return all_rows(database.query("WITH own (version, token, token_serial, key_id, public_key) AS ("
                                   "SELECT version, token, token_serial, key_id, public_key FROM seal WHERE name = ?1 UNION ALL "
                                   "SELECT number, token, token_serial, key_id, public_key FROM seal_version WHERE seal = ?1) "
                                   "SELECT token, token_serial, key_id, public_key FROM own UNION ALL "
                                   "SELECT copy.token, copy.token_serial, copy.key_id, own.public_key FROM seal_standby AS copy JOIN own USING (version) WHERE copy.seal = ?1",
                                   seal.str()),
                    [](const Statement& row) {
                        return SealKey{{stored(TokenName::decode(row.text(0))), row.text(1), row.blob(2)}, stored(PublicKey::from_der(row.blob_view(3)))};
                    });
}

Result<std::optional<unsigned>> find_version_at(Database& database, const SealName& seal, Timestamp when) {
    return first_row(database.query("SELECT version FROM seal WHERE name = ?1 AND version_from <= ?2 UNION ALL "
                                    "SELECT number FROM seal_version WHERE seal = ?1 AND used_from <= ?2 AND since > ?2 ORDER BY 1 DESC LIMIT 1",
                                    seal.str(), when),
                     [](const Statement& row) { return static_cast<unsigned>(row.index(0)); });
}

}  // namespace seald::tables
