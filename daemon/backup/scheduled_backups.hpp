// Backups that the daemon makes by itself, and keeps so many of.
#pragma once
#include <atomic>
#include <memory>
#include <optional>

#include "daemon/backup/backup_making.hpp"
#include "daemon/backup/backup_shelf.hpp"
#include "daemon/documents/disk_thread.hpp"
#include "daemon/model/backup_settings.hpp"
#include "daemon/store/store.hpp"

namespace seald {

struct BackupStanding {
    std::optional<BackupSchedule> schedule;
    std::optional<Timestamp> last;  // by schedule, as far as known
    std::string problem;            // why the last attempt failed
    seconds overdue{0};             // how long the next one should have been there
};

class ScheduledBackups {
  public:
    ScheduledBackups(Store& store, BackupSources sources, std::optional<BackupSchedule> schedule, const Clock& clock);

    ~ScheduledBackups() { *stopping_ = true; }  // one that is under way ends with its next part

    // Makes one if it is time. After a failure the next attempt is a tenth of the interval later, ten minutes at most.
    boost::asio::awaitable<Result<void>> keep_up();
    BackupStanding standing() const;

  private:
    struct Made {
        BackupManifest manifest;
        std::string digest;
        std::uint64_t entries;
        std::filesystem::path begun;
    };
    static Result<std::shared_ptr<const Made>> make(const BackupSources& sources, const BackupShelf& shelf, Timestamp now, const std::atomic<bool>& stopping);
    bool due() const;
    boost::asio::awaitable<Result<void>> make_one();
    Store& store_;
    BackupSources sources_;
    std::optional<BackupSchedule> schedule_;
    const Clock& clock_;
    Timestamp started_;
    BackupShelf shelf() const;
    bool looked_ = false;
    std::optional<Timestamp> last_, not_before_;
    std::string problem_;
    std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);
    DiskThread disk_;  // last: what it does uses nothing that is gone before it
};

}  // namespace seald
