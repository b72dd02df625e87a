// The keys of seals besides those in use, as rows: the one that waits, those that were replaced, those given up.
#pragma once
#include <optional>
#include <vector>

#include "daemon/model/seal_version.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// conflict "version-waiting": one waits already; "seal-key-taken": the key is in the register already.
Result<void> insert_version(Database& database, const SealVersion& version);
Result<std::optional<SealVersion>> find_waiting_version(Database& database, const SealName& seal);
Result<std::vector<SealVersion>> list_versions(Database& database, const SealName& seal);  // by number
Result<unsigned> next_version_number(Database& database, const Seal& seal);

// Of the waiting version: certificates, plan, or its end as given up. conflict "seal-changed" when it does not wait any more.
Result<void> update_waiting_version(Database& database, const SealVersion& changed);
// The waiting version becomes the key in use, and that one becomes one that was replaced.
Result<void> cut_over(Database& database, const Seal& before, const SealVersion& waiting, const PersonId& by, Timestamp now);

// Seals whose waiting version is due.
Result<std::vector<SealName>> due_cut_overs(Database& database, Timestamp now);

// The seal with that version's key and certificate in the place of its own; 0: as it is.
Result<std::optional<Seal>> find_seal_with_version(Database& database, const SealName& seal, unsigned version);
// Every key that the seal has or had, of whatever version and on whichever token.
struct SealKey {
    KeyPlace place;
    PublicKey key;
};
Result<std::vector<SealKey>> keys_of(Database& database, const SealName& seal);
// Whose key was in use then; none: before it was made.
Result<std::optional<unsigned>> find_version_at(Database& database, const SealName& seal, Timestamp when);

}  // namespace seald::tables
