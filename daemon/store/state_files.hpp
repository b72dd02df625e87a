// The store's files in the state folder: their names, the lock that keeps a second daemon out, and the watch that
// notices when the database was removed or replaced under a running daemon (whose open file would swallow every commit
// unseen).
#pragma once
#include <sys/types.h>

#include <filesystem>
#include <vector>

#include "core/error.hpp"

namespace seald {

std::filesystem::path database_file(const std::filesystem::path& state_dir);  // ledger.db

// Held as long as the object lives; the kernel lets go of it when the process dies.
class StateLock {
  public:
    static Result<StateLock> take(const std::filesystem::path& state_dir);  // conflict when another process holds it
    StateLock(StateLock&& other) noexcept;
    StateLock& operator=(StateLock&&) = delete;
    ~StateLock();

  private:
    explicit StateLock(int descriptor) : descriptor_(descriptor) {}
    int descriptor_;
};

class FileWatch {
  public:
    // Remembers which files the database and its write-ahead log are. Both must be open by SQLite already: it keeps its
    // descriptors, so no other file can get their inode numbers meanwhile.
    static Result<FileWatch> start(const std::filesystem::path& database);
    // unavailable when a path leads to another file, or to none, or the disk became read-only.
    Result<void> check() const;

  private:
    struct Watched {
        std::filesystem::path path;
        dev_t device;
        ino_t inode;
    };
    std::vector<Watched> files_;
};

// Makes an empty file with mode 0600; conflict when there is one.
Result<void> make_private_file(const std::filesystem::path& file);
// In the old one's place, durable before it takes it; everybody may read it, whatever the daemon's umask is.
Result<void> replace_file(const std::filesystem::path& file, const std::string& content);
// Makes what was done to a file or folder durable.
Result<void> sync_to_disk(const std::filesystem::path& file_or_folder);

}  // namespace seald
