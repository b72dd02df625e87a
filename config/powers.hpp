// What somebody may do: roles, the departments he reviews, and which powers are kept apart (三權分立).
#pragma once
#include "config/sections.hpp"

namespace seald {

std::set<Role> read_roles(TableReader& reader, Need need);
std::set<Department> read_reviews(TableReader& reader);
// Managing, using and auditing seals are different people's work.
void check_separation(TableReader& reader, const std::set<Role>& roles);
bool holds_separated_powers(const std::set<Role>& roles);
Result<std::string> decode_person_name(std::string_view text);

}  // namespace seald
