// Checks that what an entry is found by is what its bytes say. Columns are not hashed; but a search that does not find
// an entry hides it as well as a missing row does. Wants the entries in their order.
#pragma once
#include <array>
#include <boost/json/parser.hpp>
#include <optional>
#include <string>

#include "daemon/store/entry.hpp"
#include "daemon/store/entry_columns.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

class ColumnCheck {
  public:
    explicit ColumnCheck(Database& database);
    // What is wrong with the entry in this row (idx, body, kind, time, seal, person, application, result); nothing if
    // all is well. An error only when reading failed.
    Result<std::optional<std::string>> fault_of(const Statement& row);
    // After the last entry: are there documents of entries that are not there?
    Result<bool> has_more_documents();

  private:
    Result<void> next_document();
    Result<bool> same_documents(std::uint64_t index, const EntryColumns& columns);
    Result<std::optional<std::string>> compare(const Statement& row);
    Result<std::optional<std::string>> fault_of(const Statement& row, const boost::json::object& fields);
    Result<std::optional<std::string>> find_detached(const std::string& digest);
    Database& database_;
    Statement documents_;
    bool document_left_ = false;
    bool started_ = false;
    // A whole ledger goes through these: an entry costs no allocation.
    boost::json::parser parser_;
    std::array<unsigned char, 64 * 1024> memory_;
    EntryColumns columns_;
};

}  // namespace seald
