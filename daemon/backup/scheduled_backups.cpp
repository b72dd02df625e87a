#include "daemon/backup/scheduled_backups.hpp"

#include <spdlog/spdlog.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/backup/backup_entry.hpp"
#include "daemon/ledger/record.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr seconds longest_pause{600};

Result<void> write_durably(const fs::path& file, BytesView content) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool good = descriptor >= 0;
    while (good && !content.empty()) {
        const ssize_t written = ::write(descriptor, content.data(), content.size());
        good = written > 0;
        if (good) content = content.subspan(static_cast<std::size_t>(written));
    }
    good = good && ::fsync(descriptor) == 0;
    const std::string why = good ? "" : std::strerror(errno);
    if (descriptor >= 0) ::close(descriptor);
    if (good) return {};
    return unavailable("cannot write the backup's " + file.string() + ": " + why, true);
}

}  // namespace

ScheduledBackups::ScheduledBackups(Store& store, BackupSources sources, std::optional<BackupSchedule> schedule, const Clock& clock)
    : store_(store), sources_(std::move(sources)), schedule_(std::move(schedule)), clock_(clock), started_(clock.now()) {}

// With the keys that the ledger has by now.
BackupShelf ScheduledBackups::shelf() const { return {schedule_->directory, *store_.ledger_keys()}; }

bool ScheduledBackups::due() const {
    const Timestamp now = clock_.now();
    if (not_before_ && now < *not_before_) return false;
    return !last_ || now - *last_ >= schedule_->every || *last_ > now;
}

BackupStanding ScheduledBackups::standing() const {
    BackupStanding standing{.schedule = schedule_, .last = last_, .problem = problem_};
    if (!schedule_) return standing;
    const Timestamp wanted = last_ ? *last_ + schedule_->every : started_;
    if (const auto late = clock_.now() - wanted; late > seconds(0)) standing.overdue = std::chrono::duration_cast<seconds>(late);
    return standing;
}

asio::awaitable<Result<void>> ScheduledBackups::keep_up() {
    if (!schedule_) co_return Result<void>();
    if (!looked_) {
        std::function<Result<std::optional<Timestamp>>()> look = [shelf = shelf()] { return shelf.newest(); };
        auto newest = co_await disk_.run(std::move(look));
        if (newest) last_ = *newest;  // otherwise making one says what is wrong with the folder
        looked_ = true;
    }
    if (!due()) co_return Result<void>();
    auto made = co_await make_one();
    problem_ = made ? "" : made.error().message;
    not_before_.reset();
    if (!made) not_before_ = clock_.now() + std::min(longest_pause, schedule_->every / 10);
    co_return made;
}

Result<std::shared_ptr<const ScheduledBackups::Made>> ScheduledBackups::make(const BackupSources& sources, const BackupShelf& shelf, Timestamp now, const std::atomic<bool>& stopping) {
    const auto begun = shelf.begin();
    if (!begun) return begun.error();
    auto making = BackupMaking::begin(sources, now);
    if (!making) return making.error();
    for (std::size_t position = 0;; ++position) {
        if (stopping) return unavailable("the daemon is stopping: there is no backup", true);
        const auto part = (*making)->next_part();
        if (!part) return part.error();
        if (part->empty()) break;
        if (auto written = write_durably(*begun / backup_part_name(position), *part); !written) return written.error();
    }
    const auto manifest = (*making)->finish(made_by_schedule);
    if (!manifest) return manifest.error();
    if (auto written = write_durably(*begun / "manifest", as_bytes(*manifest)); !written) return written.error();
    return std::make_shared<const Made>(Made{(*making)->manifest(), digest_of_manifest(*manifest), (*making)->entries(), *begun});
}

asio::awaitable<Result<void>> ScheduledBackups::make_one() {
    std::function<Result<std::shared_ptr<const Made>>()> work = [sources = sources_, shelf = shelf(), now = clock_.now(), stopping = stopping_] { return make(sources, shelf, now, *stopping); };
    auto worked = co_await disk_.run(std::move(work));
    if (!worked) co_return worked.error();
    const auto made = *worked;
    boost::json::object caller{{"id", "seald"}, {"kind", "daemon"}};
    auto entry = make_backup_entry(std::move(caller), made->manifest, made->digest, made->entries, clock_.now());
    auto recorded = co_await record_entry(store_, std::move(entry));
    if (!recorded) co_return recorded.error();
    std::function<Result<std::size_t>()> keep = [shelf = shelf(), made, most = schedule_->keep]() -> Result<std::size_t> {
        if (auto kept = shelf.keep(made->begun, made->manifest.made_at); !kept) return kept.error();
        if (auto removed = shelf.remove_older(most); !removed) return removed.error();
        return most;
    };
    auto kept = co_await disk_.run(std::move(keep));
    if (!kept) co_return kept.error();
    last_ = made->manifest.made_at;
    spdlog::info("a backup of {} ledger entries is in {}", made->entries, schedule_->directory.string());
    co_return Result<void>();
}

}  // namespace seald
