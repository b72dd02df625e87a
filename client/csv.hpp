// Comma-separated values as RFC 4180 has them.
#pragma once
#include <string>
#include <vector>

namespace seald {

// One line, ended. A cell that a spreadsheet would take for a formula is made text with a leading apostrophe.
std::string csv_line(const std::vector<std::string>& cells);

}  // namespace seald
