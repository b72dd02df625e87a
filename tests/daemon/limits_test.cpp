// How often: daily limits and quotas, with many requests at once, and across kills.
#include <atomic>
#include <boost/json/array.hpp>
#include <functional>
#include <latch>
#include <thread>

#include "tests/daemon/process_fixture.hpp"

namespace seald::test {
namespace {

using namespace std::chrono_literals;

class Limited : public Process {
  protected:
    Limited() : Process({.seal_extra = "daily = 2\nmax_files = 3"}) {}
};

TEST_F(Limited, TheUseAfterTheLastOfTheDayIsRefusedAlsoAfterARestart) {
    const auto document = file();
    const auto number = instance.approved_application({document, instance.write_file("b.txt", "b"), instance.write_file("c.txt", "c")});
    ASSERT_EQ(sign(number, document).exit_code, 0);
    instance.kill9();
    instance.start();
    instance.unlock();
    ASSERT_EQ(sign(number, instance.desk() / "b.txt").exit_code, 0);
    EXPECT_EQ(rule_of(sign(number, instance.desk() / "c.txt")), "daily-limit");
}

TEST_F(Limited, AtOnceNoMoreThanTheLimitPass) {
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
    std::atomic<int> sealed = 0, limited = 0;
    std::vector<std::thread> clients;
    std::latch together(12);
    for (int n = 0; n < 12; ++n)
        clients.emplace_back([&, n] {
            const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
            const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
            together.arrive_and_wait();
            const auto reply = instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with({review, final}, {digest}, "r" + std::to_string(n)));
            sealed += reply.status == 200;
            limited += reply.status == 429 && reply.rule() == "daily-limit";
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(sealed, 2);
    EXPECT_EQ(limited, 10);
}

class Quota : public Process {
  protected:
    Quota() : Process({.seal_extra = "quota = true\nquota_ttl = \"90d\""}) {}
    // An outside system's two tokens for so many uses by li.na.
    std::vector<std::string> quota_of(unsigned uses) {
        std::vector<std::string> tokens;
        for (const auto& [who, step] : {std::pair("wang.fang", "department-review"), std::pair("chen.jie", "administration")}) {
            auto approval = instance.outside_approval(who, step, {});
            approval.quota_uses = uses;
            tokens.push_back(instance.mint(approval));
        }
        return tokens;
    }
};

TEST_F(Quota, IsAppliedForUsedShownAndEndedByTheApprover) {
    const auto applied = instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "invoices", "--type", "invoice", "--uses", "3", "--until",
                                                         to_rfc3339(SystemClock().now() + 240h)});
    const std::string number(applied.at("number").as_string());
    approve("wang.fang", number);
    approve("chen.jie", number);
    ASSERT_EQ(instance.post("li.na", "/v1/seals/contract/signatures",
                            {{"application", number}, {"documents", Instance::request_with({}, {Digest::of(DigestAlgorithm::sha256, as_bytes("1"))}, "x").at("documents")},
                             {"request_id", "one"}}).status, 200) << instance.log();
    EXPECT_EQ(sign(number, file("any letter")).exit_code, 0);
    const auto shown = instance.http("li.na", "GET", "/v1/applications/" + number).json();
    EXPECT_EQ(shown.at("quota").at("used").as_int64(), 2);
    EXPECT_EQ(shown.at("state").as_string(), "partly-sealed");
    EXPECT_NE(instance.sealctl("li.na", {"application", "show", number}).out.find("3 uses until"), std::string::npos);
    ASSERT_EQ(instance.sealctl("chen.jie", {"revoke", number, "--reason", "the period is over early"}).exit_code, 0);
    const auto refused = instance.post("li.na", "/v1/seals/contract/signatures",
                                       {{"application", number}, {"documents", Instance::request_with({}, {Digest::of(DigestAlgorithm::sha256, as_bytes("2"))}, "x").at("documents")},
                                        {"request_id", "two"}});
    EXPECT_EQ(refused.rule(), "application-not-approved") << refused.body;
}

TEST_F(Quota, EndsByWithdrawal) {
    const auto applied = instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", "--uses", "3", "--until",
                                                         to_rfc3339(SystemClock().now() + 240h)});
    const std::string number(applied.at("number").as_string());
    approve("wang.fang", number);
    approve("chen.jie", number);
    ASSERT_EQ(instance.sealctl("li.na", {"application", "withdraw", number}).exit_code, 0);
    const auto refused = instance.post("li.na", "/v1/seals/contract/signatures",
                                       {{"application", number}, {"documents", Instance::request_with({}, {Digest::of(DigestAlgorithm::sha256, as_bytes("2"))}, "x").at("documents")},
                                        {"request_id", "two"}});
    EXPECT_EQ(refused.rule(), "application-withdrawn") << refused.body;
}

// 200 requests over 20 approvals of 5 uses, half of them before a kill -9 and half after it: what is released is what was
// approved, minus what was under way when the daemon died and so counts as used.
TEST_F(Quota, TwoHundredRequestsOverTwentyQuotasOfFiveGiveExactlyAHundredSignatures) {
    std::vector<std::vector<std::string>> quotas;
    for (int i = 0; i < 20; ++i) quotas.push_back(quota_of(5));
    std::atomic<int> sealed = 0, used_up = 0, unanswered = 0;
    const auto ask = [&](int n) {
        const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("document " + std::to_string(n)));
        try {
            const auto reply = instance.post("li.na", "/v1/seals/contract/signatures",
                                             Instance::request_with(quotas[static_cast<std::size_t>(n) % 20], {digest}, "request-" + std::to_string(n)));
            sealed += reply.status == 200;
            used_up += reply.status == 409 && reply.rule() == "quota-used-up";
        } catch (const std::runtime_error&) {
            ++unanswered;
        }
    };
    const auto ask_all = [&](const std::function<void()>& meanwhile) {
        std::atomic<int> next = 0;
        std::vector<std::thread> clients;
        for (int client = 0; client < 24; ++client)  // below what one caller may ask at once
            clients.emplace_back([&] {
                for (int n = next++; n < 200; n = next++) ask(n);
            });
        meanwhile();
        for (auto& client : clients) client.join();
    };
    ask_all([&] {
        while (sealed < 20) std::this_thread::yield();
        instance.kill9();
    });
    const int before = sealed;
    instance.start();
    instance.unlock();
    sealed = 0;
    // Asked again, what was released comes again under its request id, and nothing beyond the approvals with it.
    ask_all([] {});
    int signed_in_ledger = 0, unknown = 0;
    for (const auto& outcome : instance.entries("outcome")) (outcome.at("result").as_string() == "signed" ? signed_in_ledger : unknown)++;
    EXPECT_GE(before, 20);
    EXPECT_EQ(signed_in_ledger + unknown, 100);
    EXPECT_EQ(sealed, signed_in_ledger);
}

TEST_F(Quota, TwoHundredRequestsWithoutACrashGiveAHundred) {
    std::vector<std::vector<std::string>> quotas;
    for (int i = 0; i < 20; ++i) quotas.push_back(quota_of(5));
    std::atomic<int> next = 0, sealed = 0, used_up = 0;
    std::vector<std::thread> clients;
    for (int client = 0; client < 24; ++client)
        clients.emplace_back([&] {
            for (int n = next++; n < 200; n = next++) {
                const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("document " + std::to_string(n)));
                const auto reply = instance.post("li.na", "/v1/seals/contract/signatures",
                                                 Instance::request_with(quotas[static_cast<std::size_t>(n) % 20], {digest}, "request-" + std::to_string(n)));
                sealed += reply.status == 200;
                used_up += reply.status == 409 && reply.rule() == "quota-used-up";
            }
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(sealed, 100);
    EXPECT_EQ(used_up, 100);
}

}  // namespace
}  // namespace seald::test
