#include "client/table.hpp"

#include <algorithm>

#include "client/display_text.hpp"

namespace seald {

Table::Table(std::vector<std::string> header) : has_header_(true) { row(std::move(header)); }

void Table::row(std::vector<std::string> cells) {
    for (std::string& cell : cells) cell = printable(cell);
    rows_.push_back(std::move(cells));
}

std::string Table::str(std::size_t indent) const {
    std::vector<std::size_t> widths;
    for (const auto& cells : rows_) {
        widths.resize(std::max(widths.size(), cells.size()));
        for (std::size_t i = 0; i < cells.size(); ++i) widths[i] = std::max(widths[i], display_width(cells[i]));
    }
    std::string text;
    for (const auto& cells : rows_) {
        std::string line(indent, ' ');
        for (std::size_t i = 0; i < cells.size(); ++i) line += pad_to_width(cells[i], widths[i]) + "  ";
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    }
    return text;
}

}  // namespace seald
