// The state of an instance that does not run yet, moved onto a small disk that a test can fill.
#pragma once
#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/small_disk.hpp"

namespace seald::test {

class DiskOfItsOwn {
  public:
    DiskOfItsOwn(const Instance& instance, unsigned megabytes) : aside_(set_aside(instance)), disk_(instance.state(), megabytes) {
        give_to(instance.state(), daemon_uid, 0700);
        for (const auto& file : std::filesystem::directory_iterator(aside_)) {
            if (file.path().filename() == "reserve") continue;  // made anew where it is to be held
            const auto copy = instance.state() / file.path().filename();
            std::filesystem::copy_file(file.path(), copy);
            give_to(copy, daemon_uid, 0600);
        }
    }
    SmallDisk* operator->() { return &disk_; }

  private:
    static std::filesystem::path set_aside(const Instance& instance) {
        const auto aside = instance.folder() / "state-aside";
        std::filesystem::rename(instance.state(), aside);
        std::filesystem::create_directory(instance.state());
        return aside;
    }
    std::filesystem::path aside_;
    SmallDisk disk_;
};

}  // namespace seald::test
