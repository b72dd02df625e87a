// The register of seals (印章台賬) as rows. Changes say what they expect to change; they never overwrite blindly.
#pragma once
#include <optional>
#include <vector>

#include "daemon/model/seal.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// conflict "seal-name-taken": a name is used once, for ever.
Result<void> insert_seal(Database& database, const Seal& seal);
Result<std::optional<Seal>> find_seal(Database& database, const SealName& name);
Result<std::vector<Seal>> list_seals(Database& database);  // by name

// Writes everything but name, kind and the time it was made. conflict "seal-changed" unless the row still has the
// expected state and epoch. An epoch never goes back.
Result<void> update_seal(Database& database, const Seal& changed, SealState expected_state,
                         std::uint64_t expected_epoch);

// Of the key in use. conflict "seal-key-taken": the key on that token is another seal's, or this seal is on it already;
// "seal-changed": another version of the seal is in use by now.
Result<void> insert_standby(Database& database, const SealName& seal, unsigned version, const KeyPlace& place);

// Just what the fence compares: cheaper than the whole seal with its certificates.
struct SealStanding {
    SealState state;
    std::uint64_t epoch;
    unsigned version;  // of the key in use
};
Result<std::optional<SealStanding>> find_standing(Database& database, const SealName& name);

// Is this key (SubjectPublicKeyInfo, DER) a seal's, or was it, or will it be?
Result<bool> is_seal_key(Database& database, const Bytes& spki);

// What a reader sees of a seal in force.
struct SealFace {
    SealName name;
    std::string title, owner;
};
Result<std::vector<SealFace>> in_force_of_kind(Database& database, SealKind kind);

Result<std::optional<SealKind>> find_seal_kind(Database& database, const SealName& name);

}  // namespace seald::tables
