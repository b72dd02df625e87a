// The newest checkpoint, kept outside of the database: beside it, and on other media if there are any. At start the
// database must be what they say or have grown from it; a database that was rolled back or put in another's place does
// not get past them. They are written after the commit, at most once a second, so they may lag but never lead.
#pragma once
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/ledger_keys.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

struct CheckpointCopy {
    std::filesystem::path file;
    std::optional<std::uint64_t> size;  // of the checkpoint in it; none: there is no file (yet)
    std::string problem = {};           // why the last writing failed
};

std::filesystem::path checkpoint_copy_beside(const std::filesystem::path& state_dir);

// verification_failed, saying what to do, when a copy was not signed by the ledger's key of its time, or the ledger of `size` entries is
// shorter than a copy's or was not grown from it.
Result<std::vector<CheckpointCopy>> check_against_copies(Database& database, std::uint64_t size, const LedgerKeys& keys,
                                                         const std::vector<std::filesystem::path>& files);

// Writes the copies, on a thread of its own: a slow or missing medium keeps nobody waiting.
class CheckpointKeeper {
  public:
    explicit CheckpointKeeper(std::vector<CheckpointCopy> copies);
    ~CheckpointKeeper();  // writes the last one

    void keep(std::uint64_t size, std::string note);  // durable in the database already
    std::vector<CheckpointCopy> copies() const;

  private:
    struct Checkpoint {
        std::uint64_t size;
        std::string note;
    };
    void run();
    void write(const Checkpoint& checkpoint);
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<CheckpointCopy> copies_;
    std::optional<Checkpoint> waiting_;
    bool stopping_ = false;
    std::thread thread_;  // last: it uses all of the above
};

}  // namespace seald
