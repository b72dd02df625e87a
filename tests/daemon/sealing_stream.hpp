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
    // Documents "SEAL-0" to "SEAL-(count-1)", approved beforehand by tokens of an outside system.
    SealingStream(Instance& instance, std::string seal, int count, std::string caller = "li.na")
        : instance_(instance), seal_(std::move(seal)), caller_(std::move(caller)), count_(count) {
        constexpr int per_approval = 50;
        for (int from = 0; from < count; from += per_approval) approve(from, std::min(from + per_approval, count));
    }
    ~SealingStream() { wait(); }

    void start(int clients) {
        for (int i = 0; i < clients; ++i) clients_.emplace_back([this] { run(); });
    }
    void wait() { clients_.clear(); }  // until all are sealed
    int sealed() const { return sealed_; }
    int refused() const { return refused_; }
    // What the daemon said where it did not seal: each thing once.
    std::set<std::string> complaints() const {
        const std::scoped_lock lock(mutex_);
        return complaints_;
    }
    // Until so many more are sealed; false when that does not happen within a minute.
    bool goes_on(int more) const {
        const int goal = std::min(sealed_ + more, count_);
        for (int looks = 0; looks < 6000 && sealed_ < goal; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        return sealed_ >= goal;
    }

  private:
    Digest document(int n) const { return Digest::of(DigestAlgorithm::sha256, as_bytes(seal_ + "-" + std::to_string(n))); }
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
            while (!seal(n)) std::this_thread::sleep_for(std::chrono::milliseconds(150));
    }
    bool seal(int n) {
        const auto reply = instance_.post(caller_, "/v1/seals/" + seal_ + "/signatures",
                                          Instance::request_with(approvals_[static_cast<std::size_t>(n)], {document(n)}, seal_ + "-" + std::to_string(n)));
        if (reply.status == 200) return ++sealed_, true;
        ++refused_;
        const std::scoped_lock lock(mutex_);
        complaints_.insert(std::to_string(reply.status) + " " + std::string(reply.json().at("error").as_object().at("message").as_string()));
        return reply.status != 503 && reply.status != 429;  // nothing that asking again would help
    }

    Instance& instance_;
    const std::string seal_, caller_;
    const int count_;
    std::vector<std::vector<std::string>> approvals_;
    std::atomic<int> next_ = 0, sealed_ = 0, refused_ = 0;
    mutable std::mutex mutex_;
    std::set<std::string> complaints_;
    std::vector<std::jthread> clients_;
};

}  // namespace seald::test
