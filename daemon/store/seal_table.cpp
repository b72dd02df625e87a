#include "daemon/store/seal_table.hpp"

namespace seald::tables {
namespace {

constexpr std::string_view select_seals =
    "SELECT name, kind, title, owner, custodian, token, token_serial, algorithm, key_id, public_key, state, epoch, "
    "certificate, "
    "filing_number, filing_date, reason, made_at, approvals_void_until, version, version_from, key_attributes, deputy, number FROM seal ";

std::optional<Certificate> find_certificate_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return stored(Certificate::from_der(row.blob_view(column)));
}

std::optional<Filing> find_filing_at(const Statement& row, int column) {
    if (row.is_null(column)) return std::nullopt;
    return Filing{.number = row.text(column), .date = row.text(column + 1)};
}

Seal seal_at(const Statement& row) {  // without its chain
    return {.name = stored(SealName::decode(row.text(0))),
            .kind = stored(decode_seal_kind(row.text(1))),
            .title = row.text(2),
            .owner = row.text(3),
            .custodian = stored(PersonId::decode(row.text(4))),
            .token = stored(TokenName::decode(row.text(5))),
            .token_serial = row.text(6),
            .algorithm = stored(decode_key_algorithm(row.text(7))),
            .key_id = row.blob(8),
            .public_key = stored(PublicKey::from_der(row.blob_view(9))),
            .state = stored(decode_seal_state(row.text(10))),
            .epoch = row.index(11),
            .certificate = find_certificate_at(row, 12),
            .chain = {},
            .filing = find_filing_at(row, 13),
            .reason = row.text(15),
            .made_at = row.time(16),
            .standby = {},
            .approvals_void_until = row.is_null(17) ? std::nullopt : std::optional(row.time(17)),
            .version = static_cast<unsigned>(row.index(18)),
            .version_from = row.time(19),
            .key_attributes = row.text(20),
            .deputy = row.is_null(21) ? std::nullopt : std::optional(stored(PersonId::decode(row.text(21)))),
            .number = row.text(22)};
}

Result<void> read_chain(Database& database, Seal& seal) {
    auto chain =
        all_rows(database.query("SELECT certificate FROM seal_chain WHERE seal = ? ORDER BY position", seal.name.str()),
                 [](const Statement& row) { return stored(Certificate::from_der(row.blob_view(0))); });
    if (!chain) return chain.error();
    seal.chain = std::move(*chain);
    return {};
}

// What is kept beside the seal's row.
Result<void> read_rest(Database& database, Seal& seal) {
    if (auto chain = read_chain(database, seal); !chain) return chain;
    auto standby = all_rows(
        database.query("SELECT token, token_serial, key_id FROM seal_standby WHERE seal = ? AND version = ? ORDER BY position", seal.name.str(), seal.version),
        [](const Statement& row) { return KeyPlace{stored(TokenName::decode(row.text(0))), row.text(1), row.blob(2)}; });
    if (!standby) return standby.error();
    seal.standby = std::move(*standby);
    return {};
}

Result<void> write_chain(Database& database, const Seal& seal) {
    if (auto gone = database.change("DELETE FROM seal_chain WHERE seal = ?", seal.name.str()); !gone)
        return gone.error();
    for (std::size_t position = 0; position < seal.chain.size(); ++position) {
        auto added = database.change("INSERT INTO seal_chain (seal, position, certificate) VALUES (?, ?, ?)",
                                     seal.name.str(), std::uint64_t{position}, seal.chain[position].to_der());
        if (!added) return added.error();
    }
    return {};
}

std::optional<Bytes> certificate_of(const Seal& seal) {
    return seal.certificate ? std::optional(seal.certificate->to_der()) : std::nullopt;
}

std::optional<std::string> unless_empty(const std::string& text) { return text.empty() ? std::nullopt : std::optional(text); }

std::optional<std::string> deputy_of(const Seal& seal) { return seal.deputy ? std::optional(seal.deputy->str()) : std::nullopt; }

std::optional<std::string> filing_number_of(const Seal& seal) {
    return seal.filing ? std::optional(seal.filing->number) : std::nullopt;
}

std::optional<std::string> filing_date_of(const Seal& seal) {
    return seal.filing ? std::optional(seal.filing->date) : std::nullopt;
}

Error key_taken() { return conflict("seal-key-taken", "this key on the token is another seal's already, or was: a key is one seal"); }

// Which of the things that are unique about a seal was there already?
Error taken(Database& database, const Seal& seal) {
    auto same_name = find_standing(database, seal.name);
    if (!same_name) return same_name.error();
    if (*same_name)
        return conflict("seal-name-taken", "there is a seal " + seal.name.str() + " already: choose another name");
    auto in_force = in_force_of_kind(database, seal.kind);
    if (!in_force) return in_force.error();
    for (const auto& other : *in_force)
        if (seal.state == SealState::in_force && other.name != seal.name && other.title == seal.title && other.owner == seal.owner)
            return conflict("seal-not-unique", "seal " + other.name.str() + " is in force already with the same kind, title and owner: suspend or cancel it first");
    auto same_number = first_row(database.query("SELECT name FROM seal WHERE number = ? AND name <> ?", seal.number, seal.name.str()),
                                 [](const Statement& row) { return row.text(0); });
    if (!same_number) return same_number.error();
    if (*same_number) return conflict("seal-number-taken", "seal " + **same_number + " has the number " + seal.number + ": a number names one seal");
    return key_taken();
}

// Also one that waits or was replaced: it would come back under another name.
Result<void> check_key_is_new(Database& database, const Seal& seal) {
    auto known = first_row(database.query("SELECT 1 FROM seal_version WHERE token_serial = ? AND key_id = ?", seal.token_serial, seal.key_id),
                           [](const Statement& row) { return row.integer(0); });
    if (!known) return known.error();
    if (*known) return key_taken();
    return {};
}

bool is_duplicate(const Error& error) { return error.code == ErrorCode::conflict && error.rule == "already-there"; }

}  // namespace

Result<void> insert_seal(Database& database, const Seal& seal) {
    if (auto is_new = check_key_is_new(database, seal); !is_new) return is_new;
    auto inserted = database.change(
        "INSERT INTO seal (name, kind, title, owner, custodian, token, token_serial, algorithm, key_id, public_key, "
        "state, epoch, "
        "certificate, filing_number, filing_date, reason, made_at, version, version_from, key_attributes, deputy, number) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        seal.name.str(), to_string(seal.kind), seal.title, seal.owner, seal.custodian.str(), seal.token.str(),
        seal.token_serial, to_string(seal.algorithm), seal.key_id, seal.public_key.to_der(), to_string(seal.state),
        seal.epoch, certificate_of(seal), filing_number_of(seal), filing_date_of(seal), seal.reason, seal.made_at,
        seal.version, seal.version_from, unless_empty(seal.key_attributes), deputy_of(seal), unless_empty(seal.number));
    if (!inserted) return is_duplicate(inserted.error()) ? taken(database, seal) : inserted.error();
    return write_chain(database, seal);
}

Result<std::optional<Seal>> find_seal(Database& database, const SealName& name) {
    static const std::string sql = std::string(select_seals) + "WHERE name = ?";
    auto seal = first_row(database.query(sql, name.str()), seal_at);
    if (!seal || !*seal) return seal;
    if (auto rest = read_rest(database, **seal); !rest) return rest.error();
    return seal;
}

Result<std::vector<Seal>> list_seals(Database& database) {
    static const std::string sql = std::string(select_seals) + "ORDER BY name";
    auto seals = all_rows(database.query(sql), seal_at);
    if (!seals) return seals;
    for (auto& seal : *seals)
        if (auto rest = read_rest(database, seal); !rest) return rest.error();
    return seals;
}

Result<void> update_seal(Database& database, const Seal& changed, SealState expected_state,
                         std::uint64_t expected_epoch) {
    auto updated = database.change(
        "UPDATE seal SET title = ?, owner = ?, custodian = ?, token = ?, token_serial = ?, algorithm = ?, key_id = ?, "
        "public_key = ?, "
        "state = ?, epoch = ?, certificate = ?, filing_number = ?, filing_date = ?, reason = ?, approvals_void_until = ?, "
        "version = ?, version_from = ?, key_attributes = ?, deputy = ? WHERE name = ? AND state = ? AND epoch = ? AND version <= ?",
        changed.title, changed.owner, changed.custodian.str(), changed.token.str(), changed.token_serial,
        to_string(changed.algorithm), changed.key_id, changed.public_key.to_der(), to_string(changed.state),
        changed.epoch, certificate_of(changed), filing_number_of(changed), filing_date_of(changed), changed.reason, changed.approvals_void_until,
        changed.version, changed.version_from, unless_empty(changed.key_attributes), deputy_of(changed),
        changed.name.str(), to_string(expected_state), expected_epoch, changed.version);
    if (!updated) return is_duplicate(updated.error()) ? taken(database, changed) : updated.error();
    if (*updated != 1)
        return conflict("seal-changed",
                        "seal " + changed.name.str() + " was changed by somebody else just now: look again");
    return write_chain(database, changed);
}

Result<void> insert_standby(Database& database, const SealName& seal, unsigned version, const KeyPlace& place) {
    auto taken_as_first = first_row(
        database.query("SELECT name FROM seal WHERE token_serial = ?1 AND key_id = ?2 UNION ALL "
                       "SELECT seal FROM seal_version WHERE token_serial = ?1 AND key_id = ?2", place.token_serial, place.key_id),
        [](const Statement& row) { return row.text(0); });
    if (!taken_as_first) return taken_as_first.error();
    const auto taken = conflict("seal-key-taken", "the key " + encode_hex(place.key_id) + " on token " + place.token.str() +
                                                      " is in the register already, or seal " + seal.str() + " is on that token");
    if (*taken_as_first) return taken;
    auto inserted = database.change(
        "INSERT INTO seal_standby (seal, token, token_serial, key_id, position, version) "
        "SELECT ?1, ?2, ?3, ?4, (SELECT count(*) FROM seal_standby WHERE seal = ?1 AND seal_standby.version = seal.version), version FROM seal WHERE name = ?1 AND version = ?5",
        seal.str(), place.token.str(), place.token_serial, place.key_id, version);
    if (inserted && *inserted == 0) return conflict("seal-changed", "seal " + seal.str() + " has another key by now: look again");
    if (inserted) return {};
    return is_duplicate(inserted.error()) ? taken : inserted.error();
}

Result<std::optional<SealStanding>> find_standing(Database& database, const SealName& name) {
    return first_row(database.query("SELECT state, epoch, version FROM seal WHERE name = ?", name.str()),
                     [](const Statement& row) {
                         return SealStanding{.state = stored(decode_seal_state(row.text(0))), .epoch = row.index(1), .version = static_cast<unsigned>(row.index(2))};
                     });
}

Result<bool> is_seal_key(Database& database, const Bytes& spki) {
    auto there = first_row(database.query("SELECT EXISTS (SELECT 1 FROM seal WHERE public_key = ?1 UNION ALL SELECT 1 FROM seal_version WHERE public_key = ?1)", spki),
                           [](const Statement& row) { return row.integer(0) != 0; });
    if (!there) return there.error();
    return **there;
}

Result<std::vector<SealFace>> in_force_of_kind(Database& database, SealKind kind) {
    return all_rows(database.query("SELECT name, title, owner FROM seal WHERE kind = ? AND state = 'in-force' ORDER BY name", to_string(kind)),
                    [](const Statement& row) { return SealFace{stored(SealName::decode(row.text(0))), row.text(1), row.text(2)}; });
}

Result<std::optional<SealKind>> find_seal_kind(Database& database, const SealName& name) {
    return first_row(database.query("SELECT kind FROM seal WHERE name = ?", name.str()),
                     [](const Statement& row) { return stored(decode_seal_kind(row.text(0))); });
}

}  // namespace seald::tables
