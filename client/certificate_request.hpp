// Where a certificate request goes: into a file, or to the reader of the report where none is named.
#pragma once
#include <string>

#include "core/error.hpp"

namespace seald {

// conflict when the file is there, unless it may be replaced: asked before a key is made for nothing.
Result<void> check_request_place(const std::string& file, bool replace);
// What the report says of it: the request itself when `file` is empty or "-".
Result<std::string> place_request(const std::string& pem, const std::string& file, bool replace);

}  // namespace seald
