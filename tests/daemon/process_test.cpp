// What may change while the daemon runs: people, policies, approvals that are taken back.
#include <boost/json/array.hpp>
#include <csignal>
#include <thread>

#include "tests/daemon/process_fixture.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

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

TEST_F(Process, TheFormOfTheLogAndCopiesOfCheckpointsNeedARestartToo) {
    instance.configure({.extra = "[log]\nformat = \"json\"\n"});
    EXPECT_NE(instance.sealctl("zhang.wei", {"reload"}).err.find("log.format changed"), std::string::npos);
    instance.configure({.extra = "[ledger]\ncheckpoint_copies = [\"" + (instance.desk() / "copy").string() + "\"]\n"});
    const auto refused = instance.sealctl("zhang.wei", {"reload"});
    EXPECT_NE(refused.err.find("ledger.checkpoint_copies changed"), std::string::npos) << refused.err;
    const auto secret = instance.write_file("hook.secret", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    give_to(secret, daemon_uid, 0600);
    instance.configure({.extra = "[[notify.webhook]]\nname = \"a\"\nurl = \"http://localhost/\"\nsecret = \"file:" + secret.string() + "\"\n"});
    EXPECT_NE(instance.sealctl("zhang.wei", {"reload"}).err.find("a file of notify.webhook.secret changed"), std::string::npos) << "tokens could read it";
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

// Three approvals of the same application, one after the other: what was sealed by the first stays sealed.
TEST_F(Process, ANewApprovalInPlaceOfARevokedOneStartsNoNewCount) {
    const auto first = file(), second = instance.write_file("second.txt", "another letter");
    const auto number = instance.approved_application({first, second});
    ASSERT_EQ(sign(number, first).exit_code, 0);
    for (const char* approver : {"wang.fang", "chen.jie"})
        ASSERT_EQ(instance.sealctl(approver, {"revoke", number, "--reason", "another look"}).exit_code, 0) << instance.log();
    approve("wang.fang", number);
    approve("chen.jie", number);
    EXPECT_EQ(rule_of(sign(number, first)), "already-sealed");
    EXPECT_EQ(sign(number, second).exit_code, 0);
    EXPECT_EQ(state_of(number), "sealed");
}

TEST_F(Process, WhatIsSealedIsNotWithdrawnAndWaitsForNobody) {
    const auto document = file();
    const auto number = instance.approved_application({document});
    EXPECT_NE(instance.http("liu.yang", "GET", "/metrics").body.find("seald_applications_open 1\n"), std::string::npos);
    ASSERT_EQ(sign(number, document).exit_code, 0);
    const auto refused = instance.sealctl("li.na", {"application", "withdraw", number});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find(number + " is sealed already"), std::string::npos) << refused.err;
    EXPECT_NE(instance.http("liu.yang", "GET", "/metrics").body.find("seald_applications_open 0\n"), std::string::npos);
    EXPECT_EQ(state_of(number), "sealed");
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
