// A stream of sealings by several clients, each document once, asking again after every 503 as a good client does.
#pragma once
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include "tests/daemon/instance.hpp"

namespace seald::test {

class SealingStream {
  public:
    // So many documents, others for another mark, approved beforehand by tokens of an outside system.
    SealingStream(Instance& instance, std::string seal, int count, std::string caller = "li.na", std::string mark = "")
        : instance_(instance), seal_(std::move(seal)), caller_(std::move(caller)), mark_(std::move(mark)), count_(count) {
        constexpr int per_approval = 50;
        for (int from = 0; from < count; from += per_approval) approve(from, std::min(from + per_approval, count));
    }
    ~SealingStream() { wait(); }

    void start(int clients) {
        for (int i = 0; i < clients; ++i) clients_.emplace_back([this] { run(); });
    }
    void leave_off() { next_ = count_, left_off_ = true; }
    void wait() { clients_.clear(); }  // until all are sealed
    int sealed() const { return sealed_; }
    int refused() const { return refused_; }
    // What the daemon said where it did not seal: each thing once.
    std::set<std::string> complaints() const {
        const std::scoped_lock lock(mutex_);
        return complaints_;
    }
    // Of the requests that sealed, in the order they ended.
    std::vector<std::chrono::microseconds> latencies() const {
        const std::scoped_lock lock(mutex_);
        return latencies_;
    }
    // Until so many more are sealed; false when that does not happen within a minute.
    bool goes_on(int more) const {
        const int goal = std::min(sealed_ + more, count_);
        for (int looks = 0; looks < 6000 && sealed_ < goal; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return sealed_ >= goal;
    }

  private:
    Digest document(int n) const { return Digest::of(DigestAlgorithm::sha256, as_bytes(seal_ + mark_ + "-" + std::to_string(n))); }
    void approve(int from, int to) {
        std::vector<Digest> digests;
        for (int n = from; n < to; ++n) digests.push_back(document(n));
        std::vector<std::string> pair;
        for (const auto& [who, step] : {std::pair{"wang.fang", "department-review"}, {"chen.jie", "administration"}}) {
            auto approval = instance_.outside_approval(who, step, digests);
            approval.applicant = PersonId::decode(caller_).value();
            approval.seal = SealName::decode(seal_).value();
            pair.push_back(instance_.mint(approval));
        }
        for (int n = from; n < to; ++n) approvals_.push_back(pair);
    }
    void run() {
        for (int n = next_++; n < count_; n = next_++)
            while (!seal(n) && !left_off_) std::this_thread::sleep_for(std::chrono::milliseconds(150));
    }
    bool seal(int n) {
        const auto begin = std::chrono::steady_clock::now();
        const auto reply = instance_.post(caller_, "/v1/seals/" + seal_ + "/signatures",
                                          Instance::request_with(approvals_[static_cast<std::size_t>(n)], {document(n)}, seal_ + mark_ + "-" + std::to_string(n)));
        const auto time = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begin);
        const std::scoped_lock lock(mutex_);
        if (reply.status == 200) return latencies_.push_back(time), ++sealed_, true;
        ++refused_;
        complaints_.insert(std::to_string(reply.status) + " " + std::string(reply.json().at("error").as_object().at("message").as_string()));
        return reply.status != 503 && reply.status != 429;  // nothing that asking again would help
    }

    Instance& instance_;
    const std::string seal_, caller_, mark_;
    const int count_;
    std::vector<std::vector<std::string>> approvals_;
    std::atomic<bool> left_off_ = false;
    std::atomic<int> next_ = 0, sealed_ = 0, refused_ = 0;
    mutable std::mutex mutex_;
    std::set<std::string> complaints_;
    std::vector<std::chrono::microseconds> latencies_;
    std::vector<std::jthread> clients_;
};

}  // namespace seald::test
