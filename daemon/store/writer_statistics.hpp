// How the writer is getting on, counted by its thread and read by any.
#pragma once
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>

namespace seald {

struct WriterFigures {
    std::uint64_t commits = 0, records = 0, writes = 0;  // since the start; many writes share a commit
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
        ++figures_.writes;
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
