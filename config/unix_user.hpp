// The user of this host that a person or program is: a user name, or a uid in digits; and the groups of this host.
#pragma once
#include <sys/types.h>

#include <set>
#include <string_view>

#include "core/error.hpp"

namespace seald {

Result<uid_t> find_unix_user(std::string_view name_or_uid);  // unacceptable when there is none

Result<gid_t> find_unix_group(std::string_view name_or_gid);

// By number, so that a group of the same name elsewhere is another group. Empty when this host does not know the user.
std::set<gid_t> groups_of_user(uid_t uid);

}  // namespace seald
