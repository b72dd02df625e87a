// A disk of a few megabytes (tmpfs) in a folder, that a test can fill and make read-only. It is mounted in a mount
// namespace of the test's own, so that nothing stays behind. Needs root, as the daemon tests do.
#pragma once
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace seald::test {

class SmallDisk {
  public:
    SmallDisk(std::filesystem::path folder, unsigned megabytes) : folder_(std::move(folder)), size_("size=" + std::to_string(megabytes) + "m") {
        enter_own_namespace();
        check(::mount("tmpfs", folder_.c_str(), "tmpfs", 0, size_.c_str()), "mount a tmpfs");
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    ~SmallDisk() { ::umount2(folder_.c_str(), MNT_DETACH); }

    // To the last byte.
    void fill() {
        const int file = ::open((folder_ / "filler").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        const std::string block(1 << 16, 'x');
        for (std::size_t size = block.size(); size > 0;)
            if (::write(file, block.data(), size) <= 0) size /= 2;
        ::close(file);
    }
    void empty() { std::filesystem::remove(folder_ / "filler"); }
    // Only while no file is open for writing.
    void make_read_only(bool read_only) {
        const unsigned long flags = MS_REMOUNT;
        check(::mount("tmpfs", folder_.c_str(), "tmpfs", read_only ? flags | MS_RDONLY : flags, size_.c_str()), "remount");
    }

  private:
    static void check(int result, const std::string& what) {
        if (result != 0) throw std::runtime_error("cannot " + what + ": " + std::strerror(errno) + " (this test needs root)");
    }
    static void enter_own_namespace() {
        static const bool entered = [] {
            check(::unshare(CLONE_NEWNS), "have a mount namespace of its own");
            check(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "keep mounts to itself");
            return true;
        }();
        static_cast<void>(entered);
    }
    std::filesystem::path folder_;
    std::string size_;
};

}  // namespace seald::test
