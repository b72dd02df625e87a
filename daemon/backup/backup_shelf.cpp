#include "daemon/backup/backup_shelf.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "core/backup_folder.hpp"
#include "daemon/store/state_files.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;

constexpr const char* prefix = "seald-";
constexpr const char* unfinished = "unfinished";

// "seald-20261124T131500.123Z": in the order of time, and a name everywhere.
std::string name_of(Timestamp made_at) {
    std::string name = prefix + to_rfc3339(made_at);
    std::erase_if(name, [at = std::size_t{0}](char c) mutable { return ++at > std::strlen(prefix) && (c == '-' || c == ':'); });
    return name;
}

Error cannot(const std::string& what, const fs::path& folder, const std::string& why) {
    return unavailable("cannot " + what + " " + folder.string() + ": " + why + "; mount the medium, or give the daemon's user the right to write there", true);
}

}  // namespace

Result<std::vector<BackupShelf::Kept>> BackupShelf::own() const {
    std::vector<Kept> found;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(folder_, failed)) {
        if (!entry.path().filename().string().starts_with(prefix) || !entry.is_directory() || entry.is_symlink()) continue;
        const auto backup = open_backup(entry.path(), keys_);
        if (!backup || backup->manifest.by != made_by_schedule || entry.path().filename() != name_of(backup->manifest.made_at)) continue;
        found.push_back({entry.path(), backup->manifest.made_at});
    }
    if (failed) return cannot("list", folder_, failed.message());
    std::ranges::sort(found, std::greater<>(), &Kept::made_at);
    return found;
}

Result<std::optional<Timestamp>> BackupShelf::newest() const {
    const auto kept = own();
    if (!kept) return kept.error();
    if (kept->empty()) return std::optional<Timestamp>();
    return std::optional(kept->front().made_at);
}

Result<fs::path> BackupShelf::begin() const {
    const fs::path begun = folder_ / (std::string(prefix) + unfinished);
    std::error_code failed;
    fs::remove_all(begun, failed);
    if (failed) return cannot("clear away", begun, failed.message());
    if (::mkdir(begun.c_str(), 0700) != 0) return cannot("make", begun, std::strerror(errno));
    return begun;
}

Result<void> BackupShelf::keep(const fs::path& begun, Timestamp made_at) const {
    if (auto synced = sync_to_disk(begun); !synced) return synced;
    std::error_code failed;
    fs::rename(begun, folder_ / name_of(made_at), failed);
    if (failed) return cannot("name the backup in", folder_, failed.message());
    return sync_to_disk(folder_);
}

Result<void> BackupShelf::remove_older(std::size_t than_newest) const {
    const auto kept = own();
    if (!kept) return kept.error();
    for (std::size_t i = than_newest; i < kept->size(); ++i) {
        std::error_code failed;
        fs::remove((*kept)[i].folder / "manifest", failed);  // first: half a backup must not look like a whole one
        if (!failed) fs::remove_all((*kept)[i].folder, failed);
        if (failed) return cannot("remove the old backup", (*kept)[i].folder, failed.message());
    }
    return {};
}

}  // namespace seald
