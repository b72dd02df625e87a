// A report as what it says: facts, and sections with lines, a table, a plot. Rendered as text, JSON, or one HTML page that
// needs nothing else and can be printed.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

namespace seald::reports {

struct Table {
    std::vector<std::string> header;
    std::vector<std::vector<std::string>> rows;  // each as long as the header
};

struct Bars {
    std::string unit;  // "uses"
    std::vector<std::pair<std::string, double>> bars;
};

struct Section {
    std::string id;     // "uses-per-seal", its name in JSON
    std::string title;  // "Uses per seal"
    std::vector<std::string> lines = {};
    std::optional<Table> table = {};
    std::optional<Bars> bars = {};
};

struct Document {
    std::string kind;  // "audit"
    std::string title;
    std::vector<std::pair<std::string, std::string>> facts;  // "period", "2026-10-01 to 2026-12-31"
    std::vector<Section> sections;
};

std::string to_text(const Document& document);
boost::json::object to_json(const Document& document);  // a table becomes objects with its header's words as keys
std::string to_html(const Document& document);

}  // namespace seald::reports
