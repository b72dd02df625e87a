// The version that --version, /v1/health and the ledger's first entry name.
#pragma once
#include <string_view>

namespace seald {

inline constexpr std::string_view version = "0.1.0";

}  // namespace seald
