// Runs the command that delivers a notice: the JSON on its standard input, nothing else of ours. Blocking, within a time limit.
#pragma once
#include <chrono>
#include <string>

#include "core/error.hpp"

namespace seald {

// unavailable unless the command ended with 0 in time.
Result<void> run_notice_command(const std::string& command, const std::string& body, std::chrono::milliseconds limit);

}  // namespace seald
