// kill -9, and a disk that gets full, at random moments under load. Afterwards the ledger verifies, every signature that a client
// received has its entries, and every approved digest was used at most once. SEALD_KILLS and SEALD_FULL_DISKS say how often (30
// and 10 unless told), SEALD_SEED repeats a run as far as the scheduler allows.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/json/array.hpp>
#include <latch>
#include <mutex>
#include <random>
#include <thread>

#include "tests/daemon/disk_of_its_own.hpp"

namespace seald::test {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

constexpr int clients = 6;

unsigned number_from(const char* variable, unsigned otherwise) {
    const char* text = std::getenv(variable);
    return text != nullptr ? static_cast<unsigned>(std::stoul(text)) : otherwise;
}

class RandomTrouble : public testing::Test {
  protected:
    struct Granted {
        std::uint64_t index;
        std::string digest;
    };

    // Clients that ask without a pause; every digest is asked for twice, under two request ids, approved once.
    class Load {
      public:
        Load(RandomTrouble& test, unsigned round) : together_(clients + 1) {
            for (int client = 0; client < clients; ++client)
                threads_.emplace_back([this, &test, round, client] {
                    together_.arrive_and_wait();
                    for (int n = 0; !stop_; ++n) test.ask(std::to_string(round) + "/" + std::to_string(client / 2) + "/" + std::to_string(n), client);
                });
            together_.arrive_and_wait();
        }
        ~Load() {
            stop_ = true;
            for (auto& thread : threads_) thread.join();
        }

      private:
        std::latch together_;
        std::atomic<bool> stop_ = false;
        std::vector<std::thread> threads_;
    };

    void ask(const std::string& content, int client) {
        const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(content));
        const auto approvals = approvals_for(digest);
        try {
            const auto request = Instance::request_with(approvals, {digest}, content + "/" + std::to_string(client));
            const auto reply = instance.post("li.na", "/v1/seals/contract/signatures", request);
            if (reply.status != 200) return;
            const auto answer = reply.json();
            const auto& signature = answer.at("signatures").as_array().at(0).as_object();
            const std::lock_guard lock(mutex_);
            granted_.push_back({signature.at("ledger_index").to_number<std::uint64_t>(), "sha256:" + digest.hex()});
        } catch (const std::exception&) {  // the daemon died with the answer on its tongue
        }
    }
    // The two clients that ask for a digest bring the same approvals.
    std::vector<std::string> approvals_for(const Digest& digest) {
        const std::lock_guard lock(mutex_);
        auto& approvals = approvals_[digest.hex()];
        if (approvals.empty())
            approvals = {instance.mint(instance.outside_approval("wang.fang", "department-review", {digest})),
                         instance.mint(instance.outside_approval("chen.jie", "administration", {digest}))};
        return approvals;
    }

    // Reads on where the last round ended.
    void read_ledger() {
        for (;;) {
            const auto page = instance.http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&from=" + std::to_string(entries_.size())).json();
            const auto& list = page.at("entries").as_array();
            for (const auto& each : list) note(each.as_object().at("entry").as_object());
            if (list.size() < 1000) return;
        }
    }
    void note(const json::object& entry) {
        entries_.push_back(entry);
        if (entry.at("kind").as_string() != "outcome") return;
        const auto& result = entry.at("result").as_string();
        const std::string digest(entry.at("document").as_object().at("digest").as_string());
        const int used = used_[digest] += result == "signed" || result == "unknown";
        EXPECT_LE(used, 1) << digest << " was used twice";
    }
    void check_granted() {
        for (const auto& granted : granted_) {
            ASSERT_LT(granted.index, entries_.size()) << "a signature left without its outcome";
            const auto& outcome = entries_[granted.index];
            EXPECT_EQ(outcome.at("result").as_string(), "signed");
            EXPECT_EQ(outcome.at("document").as_object().at("digest").as_string(), granted.digest);
            const auto& intent = entries_.at(outcome.at("intent").to_number<std::uint64_t>());
            EXPECT_EQ(intent.at("kind").as_string(), "intent");
            EXPECT_EQ(intent.at("document").as_object().at("digest").as_string(), granted.digest);
        }
        all_granted_ += granted_.size();
        granted_.clear();
    }

    void begin() {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    void check_everything() {
        const auto verified = instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()});
        ASSERT_EQ(verified.exit_code, 0) << verified.out << verified.err;
        read_ledger();
        check_granted();
    }
    void say(unsigned times, const char* what) {
        std::size_t unknown = 0;
        for (const auto& entry : entries_) unknown += entry.contains("result") && entry.at("result").as_string() == "unknown";
        std::printf("%u %s: %zu signatures received, %zu outcomes unknown, %zu entries\n", times, what, all_granted_, unknown, entries_.size());
        EXPECT_GT(all_granted_, 0u);
    }
    std::chrono::microseconds moment() { return std::chrono::microseconds(std::uniform_int_distribution<int>(0, 150'000)(random_)); }
    bool by_chance() { return std::uniform_int_distribution<int>(0, 1)(random_) == 1; }

    Instance instance;
    const unsigned seed_ = number_from("SEALD_SEED", std::random_device()());
    std::mt19937 random_{seed_};
    std::mutex mutex_;
    std::map<std::string, std::vector<std::string>> approvals_;
    std::vector<Granted> granted_;
    std::vector<json::object> entries_;
    std::map<std::string, int> used_;
    std::size_t all_granted_ = 0;
};

using RandomKill = RandomTrouble;

TEST_F(RandomKill, LosesNothingAndUsesNothingTwice) {
    const unsigned kills = number_from("SEALD_KILLS", 30);
    SCOPED_TRACE("SEALD_SEED=" + std::to_string(seed_));
    begin();
    for (unsigned round = 0; round < kills && !HasFatalFailure(); ++round) {
        {
            const Load load(*this, round);
            std::this_thread::sleep_for(moment());
            instance.kill9();
        }
        instance.start();
        check_everything();
        instance.unlock();
    }
    say(kills, "kills");
}

class RandomFullDisk : public RandomTrouble {
  protected:
    bool is_writable() { return instance.http("liu.yang", "GET", "/v1/ready").json().at("ledger").at("ready").as_bool(); }
    // By itself; nobody but who asks for signatures does anything.
    bool goes_on() {
        for (int tries = 0; tries < 1500 && !is_writable(); ++tries) std::this_thread::sleep_for(20ms);
        return is_writable();
    }
    DiskOfItsOwn disk{instance, 256};
};

TEST_F(RandomFullDisk, LosesNothingAndUsesNothingTwice) {
    const unsigned times = number_from("SEALD_FULL_DISKS", 10);
    SCOPED_TRACE("SEALD_SEED=" + std::to_string(seed_));
    begin();
    for (unsigned round = 0; round < times && !HasFatalFailure(); ++round) {
        const bool killed = by_chance();
        {
            const Load load(*this, round);
            std::this_thread::sleep_for(moment());
            disk->fill();
            std::this_thread::sleep_for(4 * moment());  // the log has room for a while
            if (killed) instance.kill9();
            else disk->empty();
        }
        if (killed) {
            instance.start();  // full as it is
            disk->empty();
        }
        ASSERT_TRUE(goes_on()) << instance.log();
        check_everything();
        if (killed) instance.unlock();
    }
    say(times, "full disks");
    const auto refused = std::ranges::count_if(entries_, [](const auto& entry) { return entry.at("kind") == "ledger-writable"; });
    std::printf("%td of them kept something from being recorded\n", refused);
    EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace seald::test
