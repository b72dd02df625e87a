// Many requests for one approval: exactly as many signatures as were approved.
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>

#include "tests/daemon/instance.hpp"

namespace seald::test {
namespace {

TEST(Concurrency, ThirtyRequestsForOneApprovedDigestGiveExactlyOneSignature) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));

    std::atomic<int> sealed = 0, refused = 0;
    std::vector<std::thread> clients;
    std::latch together(30);
    for (int n = 0; n < 30; ++n)
        clients.emplace_back([&, n] {
            together.arrive_and_wait();
            const auto reply = instance.post("li.na", "/v1/seals/contract/signatures",
                                             Instance::request_with({review, final}, {digest}, "request-" + std::to_string(n)));
            sealed += reply.status == 200;
            refused += reply.status == 409 && reply.rule() == "already-sealed";
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(sealed, 1);
    EXPECT_EQ(refused, 29);
    EXPECT_EQ(instance.entries("intent").size(), 1u);
    EXPECT_EQ(instance.entries("outcome").size(), 1u);
}

TEST(Concurrency, AnApprovalThatListsADigestThreeTimesGivesExactlyThreeSignatures) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest, digest, digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest, digest, digest}));
    std::atomic<int> sealed = 0;
    std::vector<std::thread> clients;
    std::latch together(20);
    for (int n = 0; n < 20; ++n)
        clients.emplace_back([&, n] {
            together.arrive_and_wait();
            sealed += instance.post("li.na", "/v1/seals/contract/signatures",
                                    Instance::request_with({review, final}, {digest}, "request-" + std::to_string(n))).status == 200;
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(sealed, 3);
}

}  // namespace
}  // namespace seald::test
