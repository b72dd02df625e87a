// What a database's schema says, whatever its statements' layout: for comparing one that was upgraded with a fresh one.
#pragma once
#include <algorithm>
#include <regex>
#include <set>
#include <string>

#include "daemon/store/sqlite.hpp"

namespace seald::test {

inline std::string without_layout(const std::string& sql) {
    const auto bare = std::regex_replace(std::regex_replace(sql, std::regex("--[^\n]*"), " "), std::regex("\\s+"), " ");
    return std::regex_replace(std::regex_replace(bare, std::regex(" ?([(),=<>]+) ?"), "$1"), std::regex("\""), "");
}

// The columns and constraints of CREATE TABLE name (…) …, each on its own: ALTER TABLE puts new ones behind the constraints.
inline std::set<std::string> parts_of(const std::string& sql) {
    const auto text = without_layout(sql);
    std::set<std::string> parts;
    std::string part;
    int depth = 0;
    for (const char letter : text.substr(text.find('('))) {
        if (letter == '(') ++depth;
        if (letter == ')') --depth;
        const bool ends = (letter == ',' && depth == 1) || (letter == ')' && depth == 0) || (letter == '(' && depth == 1);
        if (!ends) part += letter;
        if (!ends || part.empty()) continue;
        parts.insert(std::exchange(part, ""));
    }
    parts.insert("after the columns: " + part);
    return parts;
}

// One line a fact.
inline std::set<std::string> schema_facts(Database& database) {
    std::set<std::string> facts;
    const auto objects = all_rows(database.query("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_master"), [&](const Statement& row) {
        const auto name = row.text(0) + " " + row.text(1) + " of " + row.text(2);
        facts.insert(name);
        if (row.text(0) != "table") facts.insert(name + ": " + without_layout(row.text(3)));
        else
            for (const auto& part : parts_of(row.text(3))) facts.insert(name + ": " + part);
        return row.text(0) == "table" ? row.text(1) : "";
    }).value();
    for (const auto& table : objects)
        if (!table.empty())
            all_rows(database.query("SELECT cid, name, type, \"notnull\", coalesce(dflt_value, ''), pk FROM pragma_table_xinfo(?)", table), [&](const Statement& row) {
                facts.insert("column " + table + "." + row.text(1) + ": " + row.text(0) + " " + row.text(2) + " " + row.text(3) + " " + row.text(4) + " " + row.text(5));
                return 0;
            }).value();
    return facts;
}

}  // namespace seald::test
