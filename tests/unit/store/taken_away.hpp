// Takes a file away while SQLite commits: after the writer looked whether it is there, and before it looks again. Meant for
// connections that are opened while it lives.
#pragma once
#include <sqlite3.h>

#include <filesystem>
#include <string>

namespace seald::test {

class TakenAwayAtCommit {
  public:
    TakenAwayAtCommit() { ::sqlite3_auto_extension(as_extension()); }
    ~TakenAwayAtCommit() {
        ::sqlite3_cancel_auto_extension(as_extension());
        file.clear();
    }
    static inline std::string file;

  private:
    static void (*as_extension())() { return reinterpret_cast<void (*)()>(&watch); }
    static int watch(sqlite3* database, char**, const void*) {
        ::sqlite3_commit_hook(database, &take_away, nullptr);
        return SQLITE_OK;
    }
    static int take_away(void*) {
        if (!file.empty()) std::filesystem::rename(file, file + ".away");
        file.clear();
        return 0;
    }
};

}  // namespace seald::test
