// What is checked before a database is used: that this program knows its schema, that it is this daemon's, and that its
// end fits the last checkpoint that the ledger key signed. Cheap whatever the ledger's size; verify_ledger() checks the
// rest.
#pragma once
#include "core/ledger_keys.hpp"
#include "daemon/store/tile_tree.hpp"

namespace seald {

inline constexpr std::int64_t schema_version = 5;
inline constexpr std::int64_t first_version_with_key_changes = 3;

// The key in use, and those before it by the changes that are recorded. verification_failed when it is a former one.
Result<LedgerKeys> read_ledger_keys(Database& database, const NoteVerifier& in_use);
// Of a database that seald made; 0 where it does not say.
Result<std::int64_t> find_schema_version(Database& database);
// unavailable: a schema this program does not know. verification_failed: what does not match, and what to do.
Result<void> check_schema(Database& database);
// The version of a copy, whose ledger can be verified without upgrading it; unavailable as above.
Result<std::int64_t> check_schema_to_verify(Database& database);
Result<TileTree> check_ledger_end(Database& database, const LedgerKeys& keys);

}  // namespace seald
