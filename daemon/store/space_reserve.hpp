// Disk space kept for the moment when there is no other: given up when a commit finds the disk full, so that refusals,
// outcomes and stops can still be recorded, and taken back as soon as there is room again.
#pragma once
#include <filesystem>

#include "core/error.hpp"

namespace seald {

class SpaceReserve {
  public:
    static constexpr std::uintmax_t size = 16 << 20;  // some thousand entries, and the write-ahead log they go through

    explicit SpaceReserve(const std::filesystem::path& state_dir);  // takes the space if it is there
    bool held() const { return held_; }
    bool take_back();  // false: there is still no room, for the reserve and as much again
    void give_up();

  private:
    std::filesystem::path file_;
    bool held_ = false;
};

}  // namespace seald
