// An outside system that approves by tokens of its own ([[issuer]]): who it is, and what its approvals may be for.
#pragma once
#include "config/identities.hpp"

namespace seald {

void read_issuer(TableReader reader, const toml::table& table, Enrolled& enrolled, Identities& identities, const std::filesystem::path& folder);

}  // namespace seald
