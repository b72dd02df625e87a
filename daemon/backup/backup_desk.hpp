// Backups that somebody asks for: he fetches the parts one after the other, writes them where he likes, and gets the manifest at
// the end, when the ledger knows of it. One at a time.
#pragma once
#include <chrono>

#include "daemon/backup/backup_making.hpp"
#include "daemon/documents/disk_thread.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct BegunBackup {
    std::string id;
    std::uint64_t entries;  // of the ledger in it
    Timestamp made_at;
};

struct FinishedBackup {
    std::string manifest, manifest_digest;
    std::uint64_t ledger_index;
};

// What a restore into another folder, done for practice, came to.
struct BackupDrill {
    std::string manifest_digest;
    std::string made_at;  // the backup, as its manifest says
    std::uint64_t entries = 0;
    std::string problem;  // empty: all of it could be restored and verified
};

class BackupDesk {
  public:
    // After so long without a question, another may begin.
    BackupDesk(Store& store, BackupSources sources, const Clock& clock, std::chrono::seconds patience = std::chrono::minutes(10));

    boost::asio::awaitable<Result<BegunBackup>> begin(Caller caller);
    // The part at this place, the last one also again; empty once there are no more.
    boost::asio::awaitable<Result<std::string>> part(Caller caller, std::string id, std::uint64_t position);
    boost::asio::awaitable<Result<FinishedBackup>> finish(Caller caller, std::string id);
    boost::asio::awaitable<Result<std::uint64_t>> record_drill(Caller caller, BackupDrill drill);
    // One that nobody goes on fetching: its copy of the database takes room on the state's disk. To be called again and again.
    void let_go_of_abandoned();

  private:
    struct Session {
        std::string id;
        PersonId owner;
        std::shared_ptr<BackupMaking> making;
        std::uint64_t next = 0;
        std::string last;  // part
        bool busy = false;
        std::chrono::steady_clock::time_point used = std::chrono::steady_clock::now();
    };
    Result<std::shared_ptr<Session>> find(const Caller& caller, const std::string& id);
    bool is_abandoned(const Session& session) const;
    Store& store_;
    BackupSources sources_;
    const Clock& clock_;
    std::chrono::seconds patience_;
    std::shared_ptr<Session> session_;
    bool beginning_ = false;
    DiskThread disk_;  // last: what it does uses nothing that is gone before it
};

}  // namespace seald
