// An outside system whose approvals are limited ([[issuer]]): to seals, kinds, purposes and uses a day, across restarts.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <latch>
#include <thread>

#include "tests/daemon/instance.hpp"

namespace seald::test {
namespace {

class LimitedIssuer : public testing::Test {
  protected:
    LimitedIssuer() : key_(PrivateKey::generate(KeyAlgorithm::ec_p256).value()) {
        std::ofstream(instance.folder() / "keys/oa.pub.pem") << key_.public_key().to_pem();
    }
    void limit_to(const std::string& limits) {
        Office office;
        office.extra = "[[issuer]]\nid = \"oa\"\nname = \"OA\"\nroles = [\"reviewer\"]\nreviews = [\"sales\"]\napproval_key = \"keys/oa.pub.pem\"\n" + limits;
        instance.configure(office);
    }
    void start_with(const std::string& limits) {
        limit_to(limits);
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    void reload_with(const std::string& limits) {
        limit_to(limits);
        instance.sealctl_json("zhang.wei", {"reload"});
    }
    void restart() {
        instance.kill9();
        instance.start();
        instance.unlock();
    }
    // Reviewed by the outside system and approved by chen.jie.
    Reply use(const std::string& document, const std::string& purpose = "a test") {
        const Digest digest = Digest::of(DigestAlgorithm::sha256, as_bytes(document));
        Approval review = instance.outside_approval("oa", "department-review", {digest});
        review.purpose = purpose;
        const std::string final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
        return instance.post("li.na", "/v1/seals/contract/signatures",
                             Instance::request_with({sign_approval(review, key_).value(), final}, {digest}, document));
    }
    void expect_refused(const Reply& reply, int status, const std::string& rule) {
        EXPECT_EQ(reply.status, status) << reply.body;
        EXPECT_EQ(reply.rule(), rule) << reply.body;
        const auto refusals = instance.entries("refusal");
        ASSERT_FALSE(refusals.empty());
        EXPECT_EQ(refusals.back().at("rule").as_string(), rule);
    }

    Instance instance;
    PrivateKey key_;
};

TEST_F(LimitedIssuer, ApprovesForItsSealsKindsAndPurposesOnly) {
    start_with("seals = [\"contract\"]\nkinds = [\"contract\"]\npurposes = [\"a test\", \"invoice *\"]\n");
    EXPECT_EQ(use("1").status, 200);
    expect_refused(use("2", "another"), 403, "issuer-purpose");
    reload_with("purposes = [\"invoice *\"]\n");  // and the request says "a test"
    expect_refused(use("3", "invoice 42"), 403, "issuer-purpose");
    reload_with("seals = [\"invoice-1\"]\n");
    expect_refused(use("4"), 403, "issuer-seal");
    reload_with("kinds = [\"invoice\"]\n");
    expect_refused(use("5"), 403, "issuer-kind");
    reload_with("");
    EXPECT_EQ(use("6").status, 200);
}

TEST_F(LimitedIssuer, SoManyUsesADayWhateverRestartsInBetween) {
    start_with("");
    EXPECT_EQ(use("1").status, 200);
    reload_with("daily = 3\n");
    EXPECT_EQ(use("2").status, 200) << "uses from before there was a limit count too";
    restart();
    EXPECT_EQ(use("3").status, 200);
    const auto reply = use("4");
    expect_refused(reply, 429, "issuer-daily-limit");
    EXPECT_NE(reply.body.find("time: from "), std::string::npos) << reply.body;
    restart();
    expect_refused(use("5"), 429, "issuer-daily-limit");
    // What persons approve is not counted with it.
    const Digest digest = Digest::of(DigestAlgorithm::sha256, as_bytes("6"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
    EXPECT_EQ(instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with({review, final}, {digest}, "6")).status, 200);
}

TEST_F(LimitedIssuer, OfManyAtOnceAsManyPassAsItsLimitAllows) {
    start_with("daily = 4\n");
    std::atomic<int> sealed = 0, limited = 0;
    std::vector<std::thread> clients;
    std::latch together(16);
    for (int n = 0; n < 16; ++n)
        clients.emplace_back([&, n] {
            together.arrive_and_wait();
            const auto reply = use(std::to_string(n));
            sealed += reply.status == 200;
            limited += reply.status == 429 && reply.rule() == "issuer-daily-limit";
        });
    for (auto& client : clients) client.join();
    EXPECT_EQ(sealed, 4);
    EXPECT_EQ(limited, 12);
}

}  // namespace
}  // namespace seald::test
