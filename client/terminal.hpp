// Talking to the person at the terminal (/dev/tty, so that redirected streams do not matter): a secret typed without
// echo, and a yes or no. The terminal gets its echo back whatever happens, also on Ctrl-C.
#pragma once
#include <string>

#include "core/error.hpp"
#include "core/secret.hpp"

namespace seald {

inline constexpr std::size_t max_pin_bytes = 255;

// malformed: no terminal, nothing typed, or more than max_pin_bytes.
Result<Secret> ask_secret(const std::string& prompt);

bool standard_input_is_terminal();
// Only "y" or "yes" is yes.
bool confirm(const std::string& question);

}  // namespace seald
