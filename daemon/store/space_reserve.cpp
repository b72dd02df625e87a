#include "daemon/store/space_reserve.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/store/sqlite.hpp"

namespace seald {
namespace {

bool has_room(const std::filesystem::path& folder, std::uintmax_t bytes) {
    struct statvfs disk {};
    return ::statvfs(folder.c_str(), &disk) == 0 && std::uintmax_t{disk.f_bavail} * disk.f_frsize >= bytes;
}

std::uintmax_t allocated(const std::filesystem::path& file) {
    struct stat status {};
    return ::stat(file.c_str(), &status) == 0 ? static_cast<std::uintmax_t>(status.st_blocks) * 512 : 0;
}

Error cannot_keep(const std::filesystem::path& file, int code) {
    return unavailable("cannot keep space in " + file.string() + ": " + std::strerror(code) + "; remove that file", true);
}

}  // namespace

SpaceReserve::SpaceReserve(const std::filesystem::path& state_dir) : file_(state_dir / "reserve") {
    held_ = allocated(file_) >= size;
    if (!held_) static_cast<void>(take_back());  // the first commit tries again, and says why not
}

Result<void> SpaceReserve::take_back() {
    if (held_) return {};
    const auto folder = file_.parent_path();
    if (!has_room(folder, least_free)) return disk_full(folder);
    const int descriptor = ::open(file_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return cannot_keep(file_, errno);
    const int failure = ::posix_fallocate(descriptor, 0, static_cast<off_t>(size));
    held_ = failure == 0;
    [[maybe_unused]] const int emptied = held_ ? 0 : ::ftruncate(descriptor, 0);  // if that fails too, it is tried again
    ::close(descriptor);
    if (failure == ENOSPC || failure == EDQUOT) return disk_full(folder);
    if (!held_) return cannot_keep(file_, failure);
    return {};
}

void SpaceReserve::give_up() {
    held_ = false;
    [[maybe_unused]] const int emptied = ::truncate(file_.c_str(), 0);  // a commit that follows says if there is no room
}

}  // namespace seald
