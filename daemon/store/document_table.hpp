// Which documents are stored, and who handed each one in.
#pragma once
#include <set>
#include <vector>

#include "core/digest.hpp"
#include "core/names.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// Handing in the same document again changes nothing.
Result<void> remember_stored_document(Database& database, const Digest& digest, const PersonId& person, std::uint64_t size, Timestamp now);
Result<bool> has_stored(Database& database, const Digest& digest, const PersonId& person);
Result<std::set<Digest>> stored_digests(Database& database);
Result<std::uint64_t> stored_bytes(Database& database);  // each document once

// The applications that list this document and whose applicant handed it in.
Result<std::vector<ApplicationNumber>> applications_with_stored(Database& database, const Digest& digest);

}  // namespace seald::tables
