#include "daemon/store/sqlite.hpp"

#include <sqlite3.h>

#include <cerrno>
#include <limits>
#include <unordered_map>

#include "daemon/store/space_reserve.hpp"

namespace seald {
namespace {

struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
};

constexpr int busy_timeout_ms = 2000;      // another program may read the file for a moment (a backup, sqlite3)
constexpr int max_value_bytes = 16 << 20;  // nothing we store comes near it

// A quota or a limit on the size of files is as good as a full disk.
bool is_out_of_space(int code) { return code == ENOSPC || code == EDQUOT || code == EFBIG; }

// trusted_schema, cell_size_check: the file may have been edited by somebody else.
constexpr char settings[] =
    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; "
    "PRAGMA temp_store = MEMORY;";

}  // namespace

struct Database::Cache {
    // Idle statements by their text; more than one where a statement was used while it was in use.
    std::unordered_map<std::string, std::vector<sqlite3_stmt*>, TextHash, std::equal_to<>> idle;
};

Statement::Statement(Database& database, sqlite3_stmt* statement, const std::string* sql, std::optional<Error> error)
    : database_(&database), statement_(statement), sql_(sql), error_(std::move(error)) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      sql_(other.sql_),
      next_parameter_(other.next_parameter_),
      error_(std::move(other.error_)) {}

Statement::~Statement() {
    if (statement_ == nullptr) return;
    sqlite3_reset(statement_);
    sqlite3_clear_bindings(statement_);
    try {
        database_->cache_->idle.find(*sql_)->second.push_back(statement_);
    } catch (const std::bad_alloc&) {
        sqlite3_finalize(statement_);
    }
}

void Statement::check(int code) {
    if (code != SQLITE_OK && !error_) error_ = database_->error(code);
}

Statement& Statement::bind(std::nullopt_t) {
    if (!error_) check(sqlite3_bind_null(statement_, next_parameter_++));
    return *this;
}

Statement& Statement::bind(std::int64_t value) {
    if (!error_) check(sqlite3_bind_int64(statement_, next_parameter_++, value));
    return *this;
}

Statement& Statement::bind(std::uint64_t value) {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        if (!error_) error_ = unacceptable("numbers above 2^63 - 1 are not stored here");
        return *this;
    }
    return bind(static_cast<std::int64_t>(value));
}

Statement& Statement::bind(std::string_view text) {
    if (!error_)
        check(sqlite3_bind_text64(statement_, next_parameter_++, text.empty() ? "" : text.data(), text.size(),
                                  SQLITE_TRANSIENT, SQLITE_UTF8));
    return *this;
}

Statement& Statement::bind(BytesView blob) {
    static constexpr std::uint8_t nothing = 0;  // a null pointer would bind NULL instead of an empty blob
    if (!error_)
        check(sqlite3_bind_blob64(statement_, next_parameter_++, blob.empty() ? &nothing : blob.data(), blob.size(),
                                  SQLITE_TRANSIENT));
    return *this;
}

Statement& Statement::bind(Timestamp time) { return bind(std::int64_t{time.time_since_epoch().count()}); }

Result<bool> Statement::step() {
    if (error_) return *error_;
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    error_ = database_->error(code);
    return *error_;
}

bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::string Statement::text(int column) const { return std::string(as_text(blob_view(column))); }

BytesView Statement::blob_view(int column) const {
    // Text is UTF-8 in the file, so its bytes as a blob are its bytes as text.
    const void* data = sqlite3_column_blob(statement_, column);
    const int size = sqlite3_column_bytes(statement_, column);
    return {static_cast<const std::uint8_t*>(data), static_cast<std::size_t>(size)};
}

Bytes Statement::blob(int column) const {
    const auto view = blob_view(column);
    return {view.begin(), view.end()};
}

std::optional<std::string> Statement::find_text(int column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<Bytes> Statement::find_blob(int column) const {
    return is_null(column) ? std::nullopt : std::optional(blob(column));
}

std::optional<std::uint64_t> Statement::find_index(int column) const {
    return is_null(column) ? std::nullopt : std::optional(index(column));
}

Database::Database(std::filesystem::path file, sqlite3* handle)
    : file_(std::move(file)), handle_(handle), cache_(std::make_unique<Cache>()) {}

Database::~Database() {
    for (const auto& [sql, statements] : cache_->idle)
        for (auto* statement : statements) sqlite3_finalize(statement);
    sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, OpenMode mode) {
    sqlite3* handle = nullptr;
    const int access = mode == OpenMode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
    const int code =
        sqlite3_open_v2(file.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
    if (handle == nullptr) throw std::bad_alloc();
    std::unique_ptr<Database> database(new Database(file, handle));
    if (code != SQLITE_OK) return database->error(code);
    sqlite3_busy_timeout(handle, busy_timeout_ms);
    sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, max_value_bytes);
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);  // no writing to the schema's own table
    if (auto set = database->run_script(settings); !set) return set.error();
    return database;
}

Result<void> Database::run_script(const std::string& sql) {
    const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return error(code);
    return {};
}

Statement Database::prepare(std::string_view sql) {
    auto found = cache_->idle.find(sql);
    if (found == cache_->idle.end()) found = cache_->idle.emplace(std::string(sql), std::vector<sqlite3_stmt*>()).first;
    auto& idle = found->second;
    if (!idle.empty()) {
        auto* statement = idle.back();
        idle.pop_back();
        return {*this, statement, &found->first, std::nullopt};
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                        &statement, nullptr);
    if (code != SQLITE_OK) return {*this, nullptr, &found->first, error(code)};
    return {*this, statement, &found->first, std::nullopt};
}

Result<std::uint64_t> Database::finish(Statement statement) {
    for (;;) {
        const auto row = statement.step();
        if (!row) return row.error();
        if (!*row) break;
    }
    return static_cast<std::uint64_t>(sqlite3_changes64(handle_));
}

bool Database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }

Error disk_full(const std::filesystem::path& folder, std::string detail) {
    const auto megabytes = std::to_string(SpaceReserve::least_free >> 20);
    auto error = unavailable("the ledger's disk is full: free at least " + megabytes + " MB under " + folder.string() + "; it goes on by itself then",
                             true, std::move(detail));
    error.rule = disk_full_rule;
    return error;
}

// The one place where SQLite's codes end (https://www.sqlite.org/rescode.html).
Error Database::error(int code) const {
    const std::string detail = "SQLite " + std::to_string(code) + ": " + sqlite3_errmsg(handle_);
    const std::string folder = file_.parent_path().string();
    const auto constraint = [&](const char* rule, const char* words) {
        Error conflicting = conflict(rule, words);
        conflicting.detail = detail;
        return conflicting;
    };
    if (code == SQLITE_CONSTRAINT_UNIQUE || code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_ROWID)
        return constraint("already-there", "this is recorded already");
    switch (code & 0xff) {  // the primary code
        case SQLITE_CONSTRAINT:
            return constraint("store-rule", "the store's rules forbid this change");
        case SQLITE_FULL:
            return disk_full(folder, detail);
        case SQLITE_READONLY:
            return unavailable("the ledger is on a read-only disk: make " + folder + " writable", true, detail);
        case SQLITE_IOERR:
            if (is_out_of_space(sqlite3_system_errno(handle_))) return disk_full(folder, detail);
            return unavailable("the ledger's disk fails to read or write: check the disk under " + folder, true,
                               detail);
        case SQLITE_CORRUPT:
        case SQLITE_NOTADB:
            return unavailable("the ledger's database is damaged: run `sealctl ledger verify` and restore a backup",
                               false, detail);
        case SQLITE_CANTOPEN:
            return unavailable("the ledger's database under " + folder + " cannot be opened", false, detail);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return unavailable("another program holds the ledger's database under " + folder, true, detail);
        case SQLITE_NOMEM:
            return unavailable("out of memory", true, detail);
        default:
            return internal_error(detail);
    }
}

Error damaged_row(const DamagedRow& damage) {
    return unavailable(
        "the ledger's database holds a value that cannot be: run `sealctl ledger verify` and restore a backup", false,
        damage.what());
}

}  // namespace seald
