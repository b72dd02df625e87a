#include "client/reports/document.hpp"

#include <boost/json/array.hpp>
#include <cmath>

#include "client/display_text.hpp"
#include "client/table.hpp"

namespace seald::reports {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_bar = 40;

std::string number(double value) {
    std::string text = std::to_string(std::round(value * 10) / 10);
    text.erase(text.find('.') + 2);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
}

std::string text_of(const Bars& bars) {
    double most = 0;
    for (const auto& [name, value] : bars.bars) most = std::max(most, value);
    seald::Table table;
    for (const auto& [name, value] : bars.bars) {
        const auto length = most > 0 ? static_cast<std::size_t>(std::lround(value / most * longest_bar)) : 0;
        std::string bar;
        for (std::size_t i = 0; i < length; ++i) bar += "█";
        table.row({name, number(value), bar});
    }
    return table.str(2);
}

std::string text_of(const Table& table) {
    seald::Table aligned(table.header);
    for (const auto& row : table.rows) aligned.row(row);
    return aligned.str(2);
}

std::string key_of(std::string word) {
    for (char& c : word)
        if (c == ' ') c = '_';
    return word;
}

json::array json_of(const Table& table) {
    json::array rows;
    for (const auto& row : table.rows) {
        json::object object;
        for (std::size_t i = 0; i < row.size(); ++i) object[key_of(table.header[i])] = row[i];
        rows.push_back(std::move(object));
    }
    return rows;
}

}  // namespace

std::string to_text(const Document& document) {
    std::string text = document.title + "\n\n";
    seald::Table facts;
    for (const auto& [name, value] : document.facts) facts.row({name, value});
    text += facts.str();
    for (const auto& section : document.sections) {
        text += "\n" + section.title + "\n";
        for (const auto& line : section.lines) text += "  " + printable(line) + "\n";
        if (section.table) text += section.table->rows.empty() ? "  none\n" : text_of(*section.table);
        if (section.bars && !section.bars->bars.empty()) text += "\n" + text_of(*section.bars);
    }
    return text;
}

json::object to_json(const Document& document) {
    json::object all{{"report", document.kind}, {"title", document.title}};
    json::object facts;
    for (const auto& [name, value] : document.facts) facts[key_of(name)] = value;
    all["facts"] = std::move(facts);
    for (const auto& section : document.sections) {
        json::object object{{"title", section.title}, {"lines", json::array(section.lines.begin(), section.lines.end())}};
        if (section.table) object["rows"] = json_of(*section.table);
        all[section.id] = std::move(object);
    }
    return all;
}

}  // namespace seald::reports
