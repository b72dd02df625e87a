// A bounded queue between threads. Full means no: whoever has more to do hears it at once instead of waiting.
#pragma once
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>

namespace seald {

template <class Job>
class JobQueue {
  public:
    explicit JobQueue(std::size_t limit) : limit_(limit) {}

    bool push(Job job) {
        {
            const std::scoped_lock lock(mutex_);
            if (jobs_.size() >= limit_) return false;
            jobs_.push_back(std::move(job));
        }
        arrived_.notify_one();
        return true;
    }

    Job pop() {
        std::unique_lock lock(mutex_);
        arrived_.wait(lock, [&] { return !jobs_.empty(); });
        return take_first();
    }
    // Empty when none came in time.
    std::optional<Job> pop_within(std::chrono::milliseconds patience) {
        std::unique_lock lock(mutex_);
        if (!arrived_.wait_for(lock, patience, [&] { return !jobs_.empty(); })) return std::nullopt;
        return take_first();
    }

  private:
    Job take_first() {
        Job job = std::move(jobs_.front());
        jobs_.pop_front();
        return job;
    }

    const std::size_t limit_;
    std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Job> jobs_;
};

}  // namespace seald
