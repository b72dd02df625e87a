// What may change while the daemon runs: people, policies, approvals that are taken back, uses that run out.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <csignal>
#include <functional>
#include <latch>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;

class Process : public testing::Test {
  protected:
    explicit Process(Office office = {}) : instance(std::move(office)) {}
    void SetUp() override {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    fs::path file(const std::string& content = "a letter") { return instance.write_file("letter.txt", content); }
    Output sign(const std::string& number, const fs::path& document) {
        return instance.sealctl("li.na", {"--json", "sign", "--application", number, document.string(), "--force"});
    }
    std::string rule_of(const Output& output) {
        const auto error = json::parse(output.out).at("error").as_object();
        return error.at("rule").is_string() ? std::string(error.at("rule").as_string()) : "";
    }
    std::string state_of(const std::string& number) {
        return std::string(instance.http("liu.yang", "GET", "/v1/applications/" + number).json().at("state").as_string());
    }
    void approve(const std::string& person, const std::string& number) {
        instance.sealctl_json(person, {"approve", number, "--key", instance.key_file(person).string(), "--yes"});
    }
    Instance instance;
};

TEST_F(Process, APersonRemovedBetweenApprovalAndUseHasApprovedNothing) {
    const auto document = file();
    const auto number = instance.approved_application({document});
    instance.configure({.absent = {"chen.jie"}});
    ASSERT_EQ(instance.sealctl("zhang.wei", {"reload"}).exit_code, 0) << instance.log();
    EXPECT_EQ(rule_of(sign(number, document)), "approval-issuer-unknown");
    EXPECT_EQ(instance.http("chen.jie", "GET", "/v1/whoami").status, 401) << "and is nobody here any more";
    instance.configure({});
    ASSERT_EQ(instance.sealctl("zhang.wei", {"reload"}).exit_code, 0);
    EXPECT_EQ(sign(number, document).exit_code, 0);
}

TEST_F(Process, ABadFileChangesNothingAndSaysWhy) {
    const auto before = instance.sealctl_json("zhang.wei", {"reload"});
    instance.configure({.approval_ttl = "for ever", .absent = {"chen.jie"}});
    const auto refused = instance.sealctl("zhang.wei", {"reload"});
    EXPECT_EQ(refused.exit_code, 2) << refused.err;
    EXPECT_NE(refused.err.find("seal.contract.approval_ttl"), std::string::npos) << refused.err;
    EXPECT_EQ(instance.http("chen.jie", "GET", "/v1/whoami").status, 200);
    instance.configure({});
    EXPECT_EQ(instance.sealctl_json("zhang.wei", {"reload"}).at("policy_sha256"), before.at("policy_sha256"));
    EXPECT_EQ(instance.entries("configuration-loaded").size(), 2u);
}

TEST_F(Process, WhatOnlyARestartCanChangeIsRefusedWhole) {
    instance.configure({.token_extra = "sessions = 2", .absent = {"chen.jie"}});
    const auto refused = instance.sealctl("zhang.wei", {"reload"});
    EXPECT_EQ(refused.exit_code, 1) << refused.err;
    EXPECT_NE(refused.err.find("token"), std::string::npos) << refused.err;
    EXPECT_EQ(instance.http("chen.jie", "GET", "/v1/whoami").status, 200);
}

TEST_F(Process, ReloadingIsForAdministratorsAndCustodians) {
    EXPECT_EQ(instance.sealctl("li.na", {"reload"}).exit_code, 1);
    EXPECT_EQ(instance.post("liu.yang", "/v1/reload", {}).rule(), "role-required");
}

TEST_F(Process, AHangupReloadsToo) {
    instance.configure({.absent = {"sun.li"}});
    ::kill(instance.pid(), SIGHUP);
    for (int tries = 0; instance.entries("configuration-loaded").empty() && tries < 1000; ++tries) std::this_thread::sleep_for(20ms);
    for (int tries = 0; instance.http("sun.li", "GET", "/v1/whoami").status == 200 && tries < 1000; ++tries) std::this_thread::sleep_for(20ms);
    EXPECT_EQ(instance.http("sun.li", "GET", "/v1/whoami").status, 401);
}

TEST_F(Process, AnApprovalIsRevokedUntilItsUse) {
    const auto document = file();
    const auto number = instance.approved_application({document});
    EXPECT_EQ(instance.sealctl("sun.li", {"revoke", number, "--reason", "not mine"}).exit_code, 1) << "one's own approval only";
    ASSERT_EQ(instance.sealctl("chen.jie", {"revoke", number, "--reason", "the price changed"}).exit_code, 0) << instance.log();
    EXPECT_EQ(state_of(number), "reviewed");
    EXPECT_EQ(rule_of(sign(number, document)), "application-not-approved");
    const auto revoked = instance.entries("decision-revoked");
    ASSERT_EQ(revoked.size(), 1u);
    EXPECT_EQ(revoked[0].at("application_state").as_string(), "reviewed");

    approve("sun.li", number);
    EXPECT_EQ(sign(number, document).exit_code, 0);
    EXPECT_EQ(instance.sealctl("sun.li", {"revoke", number, "--reason", "too late"}).exit_code, 1);
}

TEST_F(Process, ADryRunSaysWhoWouldDecideAndChangesNothing) {
    const auto good = instance.sealctl("li.na", {"apply", "--dry-run", "--seal", "contract", "--purpose", "p", "--type", "t", file().string()});
    EXPECT_EQ(good.exit_code, 0) << good.err;
    EXPECT_NE(good.out.find("wang.fang (王芳)"), std::string::npos) << good.out;
    EXPECT_NE(good.out.find("chen.jie (陳杰)"), std::string::npos) << good.out;
    const auto bad = instance.sealctl("sun.li", {"apply", "--dry-run", "--seal", "contract", "--purpose", "p", "--type", "t", file().string()});
    EXPECT_EQ(bad.exit_code, 1);
    EXPECT_NE(bad.out.find("caller-not-user"), std::string::npos) << bad.out;
    EXPECT_TRUE(instance.entries("application-submitted").empty());
}

// Acting for somebody: the delegate sees the waiting work, decides, and the record says for whom.
TEST_F(Process, SomebodyActsForTheAbsentReviewer) {
    instance.configure({.extra = "[[delegation]]\nfrom = \"wang.fang\"\nto = \"sun.li\"\nbegin = \"2020-01-01\"\nend = \"2099-12-31\"\n"});
    ASSERT_EQ(instance.sealctl("zhang.wei", {"reload"}).exit_code, 0);
    const auto document = file();
    const auto applied = instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", document.string()});
    const std::string number(applied.at("number").as_string());
    EXPECT_NE(instance.sealctl("sun.li", {"application", "list", "--waiting-for-me"}).out.find(number), std::string::npos);
    approve("sun.li", number);
    EXPECT_EQ(instance.entries("decision").at(0).at("acting_for").as_string(), "wang.fang");
    // She took one step: the other is another person's, though she is an approver in her own right.
    EXPECT_EQ(instance.sealctl("sun.li", {"approve", number, "--key", instance.key_file("sun.li").string(), "--yes"}).exit_code, 1);
    approve("chen.jie", number);
    EXPECT_EQ(sign(number, document).exit_code, 0);
}

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
        for (int client = 0; client < 40; ++client)  // below the limit of connections of one user
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
    for (int client = 0; client < 40; ++client)
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

// chen.jie's key never leaves his card; SoftHSM stands for it.
TEST(ProcessWithACard, AnApprovalMadeWithASmartCardCounts) {
    Instance instance;
    const std::string daemons_store = std::getenv("SOFTHSM2_CONF");
    SoftHsm card(uid_of("chen.jie"));
    card.add_token("chen.jie");
    SoftHsm::run("pkcs11-tool --module " + SoftHsm::module() + " --token-label chen.jie --login --pin 1234 --keypairgen --key-type EC:prime256v1 --id 01 "
                 "--label approval --usage-sign");
    const fs::path der = instance.folder() / "card.der", pem = instance.folder() / "keys" / "chen.jie.pub.pem";
    SoftHsm::run("pkcs11-tool --module " + SoftHsm::module() + " --token-label chen.jie --read-object --type pubkey --id 01 -o " + der.string());
    SoftHsm::run("openssl pkey -pubin -inform DER -in " + der.string() + " -out " + pem.string());
    for (const auto& each : fs::recursive_directory_iterator(card.folder()))
        if (::lchown(each.path().c_str(), uid_of("chen.jie"), static_cast<gid_t>(-1)) != 0) fail("lchown");
    const fs::path pin = instance.write_file("chen.jie.pin", "1234\n");
    give_to(pin, uid_of("chen.jie"), 0600);
    ::setenv("SOFTHSM2_CONF", daemons_store.c_str(), 1);
    instance.start();
    instance.unlock();
    instance.make_seal();

    const auto document = instance.write_file("letter.txt", "a letter");
    const auto applied = instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", document.string()});
    const std::string number(applied.at("number").as_string());
    instance.sealctl_json("wang.fang", {"approve", number, "--key", instance.key_file("wang.fang").string(), "--yes"});
    const std::string uri = "pkcs11:token=chen.jie;object=approval?module-path=" + SoftHsm::module() + "&pin-source=" + pin.string();
    const auto by_file = instance.sealctl("chen.jie", {"approve", number, "--key", instance.key_file("chen.jie").string(), "--yes"});
    EXPECT_EQ(by_file.exit_code, 1) << "the key in the file is not the enrolled one";
    const auto approved = instance.as("chen.jie", {"/usr/bin/env", "SOFTHSM2_CONF=" + card.config().string(), (instance.folder() / "bin" / "sealctl").string(), "approve",
                                                   number, "--key", uri, "--yes"});
    ASSERT_EQ(approved.exit_code, 0) << approved.err << approved.out;
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number, document.string()}).exit_code, 0) << instance.log();
}

}  // namespace
}  // namespace seald::test
