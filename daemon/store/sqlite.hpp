// A database connection and its statements: the thin C++ face of SQLite. Its codes go no further than this file: each
// becomes one of our errors. A connection belongs to one thread at a time.
#pragma once
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "core/encoding.hpp"
#include "core/error.hpp"
#include "core/time.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace seald {

class Database;

// One statement in use. It goes back to its database, reset, when it goes out of scope. Parameters are bound in order;
// whatever goes wrong while preparing or binding is reported by the first step().
class Statement {
  public:
    Statement(Statement&& other) noexcept;
    Statement& operator=(Statement&&) = delete;
    ~Statement();

    Statement& bind(std::nullopt_t);
    Statement& bind(std::int64_t value);
    Statement& bind(std::uint64_t value);  // out of SQLite's range above INT64_MAX: an error
    Statement& bind(std::string_view text);
    Statement& bind(BytesView blob);
    Statement& bind(Timestamp time);  // milliseconds since 1970
    Statement& bind(bool value) { return bind(std::int64_t{value}); }
    Statement& bind(int value) { return bind(std::int64_t{value}); }
    Statement& bind(unsigned value) { return bind(std::int64_t{value}); }
    Statement& bind(const char* text) { return bind(std::string_view(text)); }
    Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
    Statement& bind(const Bytes& blob) { return bind(BytesView(blob)); }
    template <class T>
    Statement& bind(const std::optional<T>& value) {
        return value ? bind(*value) : bind(std::nullopt);
    }

    Result<bool> step();  // true: there is a row, and the getters below read it

    // Columns count from 0. A NULL reads as 0 or empty; find_* tells it apart.
    bool is_null(int column) const;
    std::int64_t integer(int column) const;
    std::uint64_t index(int column) const { return static_cast<std::uint64_t>(integer(column)); }
    bool boolean(int column) const { return integer(column) != 0; }
    Timestamp time(int column) const { return Timestamp(std::chrono::milliseconds(integer(column))); }
    std::string text(int column) const;
    Bytes blob(int column) const;
    BytesView blob_view(int column) const;  // valid until the next step()
    std::optional<std::string> find_text(int column) const;
    std::optional<Bytes> find_blob(int column) const;
    std::optional<std::uint64_t> find_index(int column) const;

  private:
    friend class Database;
    Statement(Database& database, sqlite3_stmt* statement, const std::string* sql, std::optional<Error> error);
    void check(int code);
    Database* database_;
    sqlite3_stmt* statement_;
    const std::string* sql_;  // its key in the database's cache
    int next_parameter_ = 1;
    std::optional<Error> error_;
};

enum class OpenMode { read_write, read_only };

class Database {
  public:
    // Opens a file that exists, with the settings the store relies on; never makes one.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, OpenMode mode);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    // Runs statements that take no parameters and give no rows; for the schema and PRAGMAs.
    Result<void> run_script(const std::string& sql);

    // For rows: Statement rows = database.query("SELECT … WHERE a = ? AND b = ?", a, b);
    template <class... Values>
    Statement query(std::string_view sql, const Values&... values) {
        Statement statement = prepare(sql);
        (statement.bind(values), ...);
        return statement;
    }
    // For changes: how many rows were inserted, updated or deleted.
    template <class... Values>
    Result<std::uint64_t> change(std::string_view sql, const Values&... values) {
        return finish(query(sql, values...));
    }

    Statement prepare(std::string_view sql);
    bool in_transaction() const;
    const std::filesystem::path& file() const { return file_; }

  private:
    friend class Statement;
    struct Cache;
    Database(std::filesystem::path file, sqlite3* handle);
    Result<std::uint64_t> finish(Statement statement);
    Error error(int code) const;
    std::filesystem::path file_;
    sqlite3* handle_;
    std::unique_ptr<Cache> cache_;
};

// A row that holds what its type cannot be: nothing here writes such a row, so the file was damaged or edited.
struct DamagedRow : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// What a stored value decodes to. Throws DamagedRow, which all_rows() and first_row() turn into an error.
template <class T>
T stored(Result<T> decoded) {
    if (!decoded) throw DamagedRow(decoded.error().message);
    return std::move(*decoded);
}

// The rule that errors of a full disk name; resumes by itself when there is space again.
inline constexpr const char* disk_full_rule = "disk-full";
Error disk_full(const std::filesystem::path& folder, std::string detail = {});

Error damaged_row(const DamagedRow& damage);  // unavailable, saying to verify and restore

template <class Decode, class Row = std::invoke_result_t<Decode&, const Statement&>>
Result<std::vector<Row>> all_rows(Statement statement, Decode decode) try {
    std::vector<Row> rows;
    for (;;) {
        const auto there = statement.step();
        if (!there) return there.error();
        if (!*there) return rows;
        rows.push_back(decode(statement));
    }
} catch (const DamagedRow& damage) {
    return damaged_row(damage);
}

template <class Decode, class Row = std::invoke_result_t<Decode&, const Statement&>>
Result<std::optional<Row>> first_row(Statement statement, Decode decode) try {
    const auto there = statement.step();
    if (!there) return there.error();
    if (!*there) return std::optional<Row>();
    return std::optional<Row>(decode(statement));
} catch (const DamagedRow& damage) {
    return damaged_row(damage);
}

}  // namespace seald
