#include "client/csv.hpp"

#include <string_view>

namespace seald {
namespace {

std::string csv_cell(std::string cell) {
    // A file name that begins with one of these would run as a formula where an auditor opens the list.
    if (!cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos) cell.insert(cell.begin(), '\'');
    if (cell.find_first_of(",\"\r\n") == cell.npos) return cell;
    std::string quoted = "\"";
    for (const char c : cell) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

}  // namespace

std::string csv_line(const std::vector<std::string>& cells) {
    std::string line;
    for (const auto& cell : cells) line += (&cell == cells.data() ? "" : ",") + csv_cell(cell);
    return line + "\r\n";
}

}  // namespace seald
