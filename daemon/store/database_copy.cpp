#include "daemon/store/database_copy.hpp"

#include <sys/statvfs.h>

#include "daemon/store/state_files.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

Result<void> check_room(const fs::path& folder, std::uintmax_t bytes) {
    struct statvfs disk {};
    if (::statvfs(folder.c_str(), &disk) != 0) return {};  // making the file says why
    if (std::uintmax_t{disk.f_bavail} * disk.f_frsize >= bytes) return {};
    auto error = unavailable("a copy of the database needs " + std::to_string((bytes >> 20) + 1) + " MB under " + folder.string() +
                                 ": free as much and try again; nothing was changed", true);
    error.rule = disk_full_rule;
    return error;
}

// SQLite gives the copy no write-ahead log, which the store relies on.
Result<void> give_write_ahead_log(const fs::path& file) {
    auto copy = Database::open(file, OpenMode::read_write);
    if (!copy) return copy.error();
    return (*copy)->run_script("PRAGMA journal_mode = WAL");
}

// Also what SQLite left beside an attempt that a crash ended: it would take that for a part of the next one.
void clear_away(const fs::path& file) {
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
        std::error_code ignored;  // if it stays, making the copy says so
        fs::remove(file.string() + suffix, ignored);
    }
}

Result<void> make_copy(Database& database, const fs::path& file) {
    if (auto made = make_private_file(file); !made) return made;  // SQLite takes an empty file, and its mode
    if (auto copied = database.change("VACUUM INTO ?", file.string()); !copied) return copied.error();
    if (auto given = give_write_ahead_log(file); !given) return given;
    return sync_to_disk(file);
}

}  // namespace

Result<std::uintmax_t> space_for_copy(Database& database) {
    const auto size = first_row(database.query("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"),
                                [](const Statement& row) { return row.index(0); });
    if (!size) return size.error();
    return **size;
}

Result<void> copy_database(Database& database, const fs::path& file, std::uintmax_t leave_free) {
    const auto size = space_for_copy(database);
    if (!size) return size.error();
    if (auto room = check_room(file.parent_path(), *size + leave_free); !room) return room;
    const fs::path fresh = file.string() + ".new";
    clear_away(fresh);
    auto copied = make_copy(database, fresh);
    std::error_code failed;
    if (copied) {
        clear_away(file);
        fs::rename(fresh, file, failed);
    }
    if (copied && !failed) return sync_to_disk(file.parent_path());
    clear_away(fresh);
    if (!copied) return copied;
    return unavailable("cannot name the copy of the database " + file.string() + ": " + failed.message(), false);
}

}  // namespace seald
