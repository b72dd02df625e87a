// One page without scripts, fonts or pictures from elsewhere: it can be archived, mailed and printed as it is.
#include <algorithm>

#include "client/display_text.hpp"
#include "client/reports/document.hpp"

namespace seald::reports {
namespace {

constexpr std::string_view style = R"css(
  body { font: 15px/1.45 "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; color: #1a1a1a; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.5rem; border-bottom: 2px solid #9b1c1c; padding-bottom: .3rem }
  h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; break-after: avoid }
  table { border-collapse: collapse; width: 100%; font-size: .85rem }
  th, td { text-align: left; padding: .2rem .6rem .2rem 0; border-bottom: 1px solid #ddd; vertical-align: top; overflow-wrap: anywhere }
  tr { break-inside: avoid }
  p, .none { margin: .2rem 0 } .none { color: #666 }
  svg { display: block; margin: .6rem 0; max-width: 100%; break-inside: avoid }
  svg text { font: 12px sans-serif; fill: #1a1a1a }
  .sign { margin-top: 3rem; display: flex; gap: 3rem } .sign div { flex: 1; border-top: 1px solid #1a1a1a; padding-top: .3rem; color: #666 }
  @media print { body { margin: 0; max-width: none } }
)css";

std::string escaped(std::string_view text) {
    std::string safe;
    for (const char c : printable(text)) {
        switch (c) {
            case '&': safe += "&amp;"; break;
            case '<': safe += "&lt;"; break;
            case '>': safe += "&gt;"; break;
            case '"': safe += "&quot;"; break;
            default: safe += c;
        }
    }
    return safe;
}

std::string row_of(const std::vector<std::string>& cells, const std::string& tag) {
    std::string row = "<tr>";
    for (const auto& cell : cells) row += "<" + tag + ">" + escaped(cell) + "</" + tag + ">";
    return row + "</tr>\n";
}

std::string html_of(const Table& table) {
    if (table.rows.empty()) return "<p class=\"none\">none</p>\n";
    std::string html = "<table>\n<thead>" + row_of(table.header, "th") + "</thead>\n<tbody>\n";
    for (const auto& row : table.rows) html += row_of(row, "td");
    return html + "</tbody>\n</table>\n";
}

std::string shown(double value) {
    std::string text = std::to_string(value);
    return text.substr(0, text.find('.') + (value < 100 && value != static_cast<long>(value) ? 2 : 0));
}

// Names to the left, bars to scale, values at their ends.
std::string svg_of(const Bars& bars) {
    constexpr int height = 22, names = 220, width = 420;
    double most = 0;
    for (const auto& [name, value] : bars.bars) most = std::max(most, value);
    const std::string size = std::to_string(names + width + 80) + " " + std::to_string(height * static_cast<int>(bars.bars.size()) + 4);
    std::string svg = "<svg viewBox=\"0 0 " + size + "\" role=\"img\" aria-label=\"" + escaped(bars.unit) + "\">\n";
    int y = 2;
    for (const auto& [name, value] : bars.bars) {
        const int length = most > 0 ? std::max(1, static_cast<int>(value / most * width)) : 1;
        const std::string text_y = std::to_string(y + 15);
        svg += "<text x=\"" + std::to_string(names - 8) + "\" y=\"" + text_y + "\" text-anchor=\"end\">" + escaped(name) + "</text>";
        svg += "<rect x=\"" + std::to_string(names) + "\" y=\"" + std::to_string(y + 3) + "\" width=\"" + std::to_string(length) +
               "\" height=\"" + std::to_string(height - 6) + "\" fill=\"#9b1c1c\"/>";
        svg += "<text x=\"" + std::to_string(names + length + 6) + "\" y=\"" + text_y + "\">" + shown(value) + "</text>\n";
        y += height;
    }
    return svg + "</svg>\n";
}

std::string html_of(const Section& section) {
    std::string html = "<section>\n<h2>" + escaped(section.title) + "</h2>\n";
    for (const auto& line : section.lines) html += "<p>" + escaped(line) + "</p>\n";
    if (section.bars && !section.bars->bars.empty()) html += svg_of(*section.bars);
    if (section.table) html += html_of(*section.table);
    return html + "</section>\n";
}

}  // namespace

std::string to_html(const Document& document) {
    std::string html = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>" + escaped(document.title) +
                       "</title>\n<style>" + std::string(style) + "</style>\n</head>\n<body>\n<h1>" + escaped(document.title) + "</h1>\n<table>\n";
    for (const auto& [name, value] : document.facts) html += row_of({name, value}, "td");
    html += "</table>\n";
    for (const auto& section : document.sections) html += html_of(section);
    return html + "<div class=\"sign\"><div>date</div><div>auditor, signature</div></div>\n</body>\n</html>\n";
}

}  // namespace seald::reports
