// Disk space kept for the moment when there is no other: given up when a commit finds the disk full, so that refusals,
// outcomes and stops can still be recorded, and taken back as soon as there is room again.
#pragma once
#include <filesystem>

#include "core/error.hpp"

namespace seald {

class SpaceReserve {
  public:
    static constexpr std::uintmax_t size = 16 << 20;  // some thousand entries, and the write-ahead log they go through
    // What must be free for the reserve to be taken: as much again, so that it is not given up at the next commit.
    static constexpr std::uintmax_t least_free = 2 * size;

    explicit SpaceReserve(const std::filesystem::path& state_dir);  // takes the space if it is there
    bool held() const { return held_; }
    Result<void> take_back();  // disk_full: less than least_free is; unavailable: the file cannot be made
    void give_up();

  private:
    std::filesystem::path file_;
    bool held_ = false;
};

}  // namespace seald
