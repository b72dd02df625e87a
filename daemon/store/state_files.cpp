#include "daemon/store/state_files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace seald {
namespace {

Error failed(const std::string& doing, const std::filesystem::path& path, int code) {
    return unavailable("cannot " + doing + " " + path.string() + ": " + std::strerror(code), false);
}

// A file descriptor that closes itself.
struct Descriptor {
    int number;
    explicit Descriptor(int opened) : number(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
};

}  // namespace

std::filesystem::path database_file(const std::filesystem::path& state_dir) { return state_dir / "ledger.db"; }

Result<StateLock> StateLock::take(const std::filesystem::path& state_dir) {
    const auto path = state_dir / "lock";
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) return failed("open", path, errno);
    StateLock lock(descriptor);
    if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return lock;
    if (errno != EWOULDBLOCK) return failed("lock", path, errno);
    return conflict("state-in-use", "another seald is using " + state_dir.string() + ": stop it first");
}

StateLock::StateLock(StateLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

StateLock::~StateLock() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

Result<FileWatch> FileWatch::start(const std::filesystem::path& database) {
    FileWatch watch;
    for (const auto& path : {database, std::filesystem::path(database.string() + "-wal")}) {
        struct stat status {};
        if (::stat(path.c_str(), &status) != 0) return failed("look at", path, errno);
        watch.files_.push_back({.path = path, .device = status.st_dev, .inode = status.st_ino});
    }
    return watch;
}

Result<void> FileWatch::check() const {
    for (const auto& file : files_) {
        struct stat status {};
        const bool there = ::stat(file.path.c_str(), &status) == 0;
        if (!there || status.st_dev != file.device || status.st_ino != file.inode)
            return unavailable("the ledger's file " + file.path.string() +
                                   " was removed or replaced: put it back, or stop seald and restore a backup",
                               false);
    }
    struct statvfs disk {};
    if (::statvfs(files_.front().path.c_str(), &disk) == 0 && (disk.f_flag & ST_RDONLY) != 0)
        return unavailable("the ledger is on a read-only disk: make " + files_.front().path.parent_path().string() + " writable", true);
    return {};
}

Result<void> make_private_file(const std::filesystem::path& file) {
    const Descriptor made(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (made.number >= 0) return {};
    if (errno == EEXIST) return conflict("state-exists", "there is a file " + file.string() + " already");
    return failed("make", file, errno);
}

Result<void> replace_file(const std::filesystem::path& file, const std::string& content) {
    const std::filesystem::path fresh = file.string() + ".new";  // forbidden to the token processes by this name, in daemon/token_settings.cpp
    {
        const Descriptor made(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
        if (made.number < 0) return failed("make", fresh, errno);
        if (::write(made.number, content.data(), content.size()) != static_cast<ssize_t>(content.size()) || ::fchmod(made.number, 0644) != 0 ||
            ::fsync(made.number) != 0)
            return failed("write", fresh, errno);
    }
    if (::rename(fresh.c_str(), file.c_str()) != 0) return failed("replace", file, errno);
    return sync_to_disk(file.parent_path());
}

Result<void> sync_to_disk(const std::filesystem::path& file_or_folder) {
    const Descriptor opened(::open(file_or_folder.c_str(), O_RDONLY | O_CLOEXEC));
    if (opened.number < 0 || ::fsync(opened.number) != 0) return failed("sync", file_or_folder, errno);
    return {};
}

}  // namespace seald
