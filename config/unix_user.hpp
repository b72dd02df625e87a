// The user of this host that a person or program is: a user name, or a uid in digits.
#pragma once
#include <sys/types.h>

#include <string_view>

#include "core/error.hpp"

namespace seald {

Result<uid_t> find_unix_user(std::string_view name_or_uid);  // unacceptable when there is none

}  // namespace seald
