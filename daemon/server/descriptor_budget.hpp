// File descriptors, counted before the first client comes: running out of them later would hit whoever comes next.
#pragma once
#include "core/error.hpp"
#include "daemon/server/limits.hpp"

namespace seald {

std::size_t descriptors_needed(const ServerLimits& limits, std::size_t tokens);
// Raises the soft limit as far as needed; unavailable, with what to set, where the hard limit is too low.
Result<void> budget_descriptors(const ServerLimits& limits, std::size_t tokens);

}  // namespace seald
