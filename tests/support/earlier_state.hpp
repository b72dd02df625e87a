// A database as an earlier seald left it: its schema, taken from that version's sources, and a little of everything in it.
#pragma once
#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "daemon/store/entry.hpp"
#include "daemon/store/ledger_growth.hpp"
#include "daemon/store/state_files.hpp"

namespace seald::test {

inline constexpr std::uint64_t earlier_entries = 12;

inline std::string earlier_sql(const std::string& name) {
    std::ifstream in(std::string(SEALD_TEST_DATA) + "/schema/" + name + ".sql");
    if (!in) throw std::runtime_error("no tests/data/schema/" + name + ".sql");
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

inline std::string earlier_schema(int version) {
    if (version == 1) return earlier_sql("1");
    std::string sql;
    for (const char* part : {"ledger", "process", "acts", "versions", "custody"})
        if (version > 2 || std::string_view(part) == "ledger" || std::string_view(part) == "process") sql += earlier_sql(std::to_string(version) + "_" + part);
    return sql;
}

inline void grow_earlier_ledger(Database& database, const NoteSigner& key) {
    auto tree = TileTree::load(database, 0).value();
    std::vector<TreeHash> leaves;
    for (std::uint64_t index = 0; index < earlier_entries; ++index) {
        const auto entry = Entry::make("test", Timestamp(std::chrono::milliseconds(1'795'435'200'000)), boost::json::object{{"number", index}});
        database.change("INSERT INTO entry (idx, body, kind, time) VALUES (?, ?, ?, ?)", index, as_bytes(entry.body), entry.kind, entry.time).value();
        leaves.push_back(leaf_hash(as_bytes(entry.body)));
    }
    grow_ledger(database, tree, key, leaves).value();
}

// In a folder where there is none.
inline void make_earlier_database(const std::filesystem::path& folder, int version, const NoteSigner& key) {
    make_private_file(database_file(folder)).value();
    const auto database = Database::open(database_file(folder), OpenMode::read_write).value();
    database->run_script("PRAGMA journal_mode = WAL; BEGIN IMMEDIATE;" + earlier_schema(version)).value();
    database->change("INSERT INTO meta (key, value) VALUES ('schema_version', ?), ('daemon_id', ?)", std::to_string(version), key.verifier().name()).value();
    grow_earlier_ledger(*database, key);
    database->run_script(earlier_sql("rows") + earlier_sql("rows_" + std::to_string(version)) + "COMMIT").value();
}

}  // namespace seald::test
