// Work on its way to the one thread that does it. Bounded: what does not fit is refused at once, never kept waiting.
#pragma once
#include <condition_variable>
#include <iterator>
#include <mutex>
#include <optional>
#include <vector>

namespace seald {

template <class Job>
class WorkQueue {
  public:
    explicit WorkQueue(std::size_t limit) : limit_(limit) {}

    // Gives the job back when the queue is full.
    std::optional<Job> push(Job job) {
        {
            const std::lock_guard lock(mutex_);
            if (jobs_.size() >= limit_) return job;
            jobs_.push_back(std::move(job));
        }
        there_is_work_.notify_one();
        return std::nullopt;
    }

    // Waits for work and takes all of it, oldest first. Empty: closed, and nothing is left.
    std::vector<Job> take_all() {
        std::unique_lock lock(mutex_);
        there_is_work_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
        return std::exchange(jobs_, {});
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        there_is_work_.notify_one();
    }

  private:
    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable there_is_work_;
    std::vector<Job> jobs_;
    bool closed_ = false;
};

}  // namespace seald
