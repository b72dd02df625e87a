// How the writer is getting on, counted by its thread and read by any.
#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace seald {

// What a write may take, in seconds, from a fast disk to one that hangs.
inline constexpr std::array write_bounds = {0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0};

struct WriterFigures {
    std::uint64_t commits = 0, records = 0;  // since the start
    std::array<std::uint64_t, write_bounds.size() + 1> writes{};  // by the bound they kept to, the last to none; many share a commit
    std::chrono::duration<double> in_commits{0}, waited{0};  // all commits; all writes, from handing in to the answer
    std::string failing;  // why the last commit failed; empty after one that succeeded
    bool full = false;    // only what must be recorded is: there is no room, or none to keep for that
};

class WriterStatistics {
  public:
    using Seconds = std::chrono::duration<double>;
    // What writes nothing says nothing about the disk.
    void note_commit(std::uint64_t records, Seconds took) {
        if (records == 0) return;
        const std::lock_guard lock(mutex_);
        ++figures_.commits;
        figures_.records += records;
        figures_.in_commits += took;
        figures_.failing.clear();
    }
    void note_failure(std::string why) {
        const std::lock_guard lock(mutex_);
        figures_.failing = std::move(why);
    }
    void note_full() {
        const std::lock_guard lock(mutex_);
        figures_.full = true;
    }
    void note_room() {
        const std::lock_guard lock(mutex_);
        figures_.full = false;
        figures_.failing.clear();
    }
    void note_write(Seconds waited) {
        const std::lock_guard lock(mutex_);
        const auto bound = std::ranges::lower_bound(write_bounds, waited.count());
        ++figures_.writes[static_cast<std::size_t>(bound - write_bounds.begin())];
        figures_.waited += waited;
    }
    WriterFigures figures() const {
        const std::lock_guard lock(mutex_);
        return figures_;
    }

  private:
    mutable std::mutex mutex_;
    WriterFigures figures_;
};

}  // namespace seald
