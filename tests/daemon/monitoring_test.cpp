// What monitoring sees: each trouble is told apart, in /v1/ready and in /metrics, and the alert rules name what there is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>

#include <boost/json/array.hpp>
#include <chrono>
#include <fstream>
#include <regex>
#include <set>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {
namespace {

using testing::HasSubstr;
using testing::Not;
namespace fs = std::filesystem;
namespace json = boost::json;

// The code that /v1/ready gives for one of "tokens" or "seals"; "ready" when there is nothing wrong.
std::string code_for(Instance& instance, const std::string& list, const std::string& name) {
    const auto body = instance.http("liu.yang", "GET", "/v1/ready").json();
    for (const auto& each : body.at(list).as_array()) {
        if (each.at("name").as_string() != name) continue;
        return each.at("ready").as_bool() ? "ready" : std::string(each.at("code").as_string());
    }
    return "not listed";
}

std::string metrics(Instance& instance) { return instance.http("liu.yang", "GET", "/metrics").body; }

template <class Condition>
bool comes_true(Condition condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!condition() && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    return condition();
}

TEST(Monitoring, TellsAnAbsentALockedAndAWronglyUnlockedTokenApart) {
    Office office;
    office.extra = "[[token]]\nname = \"usb-2\"\nmodule = \"" + SoftHsm::module() + "\"\nlabel = \"not plugged in\"\n";
    Instance instance(office);
    instance.start();
    EXPECT_TRUE(comes_true([&] { return code_for(instance, "tokens", "usb-1") == "token-locked"; })) << instance.log();
    EXPECT_TRUE(comes_true([&] { return code_for(instance, "tokens", "usb-2") == "token-absent"; })) << instance.log();
    EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/ready").status, 503);
    EXPECT_THAT(metrics(instance), HasSubstr("seald_token_state{state=\"absent\",token=\"usb-2\"} 1"));
    EXPECT_THAT(metrics(instance), HasSubstr("seald_token_state{state=\"locked\",token=\"usb-1\"} 1"));
    EXPECT_THAT(metrics(instance), HasSubstr("seald_token_pin_state{state=\"ok\",token=\"usb-1\"} 1"));

    instance.sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-file", "-"}, "9999");
    EXPECT_TRUE(comes_true([&] { return code_for(instance, "tokens", "usb-1") == "pin-wrong"; })) << instance.log();
    EXPECT_THAT(metrics(instance), HasSubstr("seald_token_pin_state{state=\"count-low\",token=\"usb-1\"} 1"));

    instance.unlock();
    EXPECT_EQ(code_for(instance, "tokens", "usb-1"), "ready");
    EXPECT_THAT(metrics(instance), HasSubstr("seald_token_state{state=\"ready\",token=\"usb-1\"} 1"));
}

TEST(Monitoring, SaysThatACertificateEndedAndHowManyDaysAnotherHas) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal("contract-2");
    EXPECT_EQ(code_for(instance, "seals", "contract-2"), "ready");
    EXPECT_THAT(metrics(instance), HasSubstr("seald_seal_ready{seal=\"contract-2\"} 1"));

    const auto csr = (instance.desk() / "c.csr").string();
    instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "T", "--owner", "O", "--token", "usb-1",
                                        "--algorithm", "ec-p256", "--csr", csr});
    TestCa ca("CA");
    const auto certificate = ca.issue_for(read_file(csr), {.common_name = "contract", .ends_in = 5});
    const auto file = instance.write_file("c.pem", certificate.certificate).string();
    instance.sealctl_json("zhang.wei", {"seal", "certificate", "contract", "--import", file});
    instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "1", "--date", "2026-11-24"});
    instance.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "test"});
    EXPECT_TRUE(comes_true([&] { return code_for(instance, "seals", "contract") == "certificate-not-valid"; }));
    EXPECT_THAT(metrics(instance), HasSubstr("seald_seal_ready{seal=\"contract\"} 0"));
    EXPECT_THAT(metrics(instance), HasSubstr("seald_certificate_days_left{seal=\"contract\"} -"));
}

// A disk of 32 MB, of which a file takes all that is left.
TEST(Monitoring, SaysThatTheDiskIsFull) {
    Instance instance;
    ASSERT_EQ(::unshare(CLONE_NEWNS), 0);
    ASSERT_EQ(::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr), 0);
    const fs::path state = instance.state(), aside = instance.folder() / "aside";
    fs::rename(state, aside);
    fs::create_directory(state);
    ASSERT_EQ(::mount("tmpfs", state.c_str(), "tmpfs", 0, "size=64m"), 0);
    for (const auto& each : fs::directory_iterator(aside)) fs::copy(each.path(), state / each.path().filename(), fs::copy_options::recursive);
    ASSERT_EQ(std::system(("chown -R " + std::to_string(daemon_uid) + " " + state.string() + " && chmod 700 " + state.string()).c_str()), 0);
    instance.start();
    const auto ledger = [&] { return instance.http("liu.yang", "GET", "/v1/ready").json().at("ledger").as_object(); };
    EXPECT_TRUE(ledger().at("ready").as_bool()) << instance.log();
    std::ofstream(state / "filler") << std::string(60UL * 1024 * 1024, 'x');
    EXPECT_FALSE(ledger().at("ready").as_bool());
    EXPECT_EQ(ledger().at("code").as_string(), "disk-full");
    fs::remove(state / "filler");
    EXPECT_TRUE(ledger().at("ready").as_bool());
    instance.stop();
    ::umount2(state.c_str(), MNT_DETACH);
}

TEST(Monitoring, CountsRequestsAndTimesAndTheLedger) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto file = instance.write_file("a.txt", "a");
    const auto number = instance.approved_application({file});
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number, file.string()}).exit_code, 0);
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number, file.string(), "-o", (instance.desk() / "b").string()}).exit_code, 1);
    const std::string text = metrics(instance);
    EXPECT_THAT(text, HasSubstr("seald_token_queue_seconds_count{token=\"usb-1\"} 1"));
    EXPECT_THAT(text, HasSubstr("seald_token_seconds_count{token=\"usb-1\"} 1"));
    EXPECT_THAT(text, HasSubstr("rule=\"already-sealed\",status=\"409\"} 1"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_writable 1"));
    EXPECT_THAT(text, HasSubstr("seald_ledger_write_seconds_bucket{le=\"0.0005\"} "));
    EXPECT_TRUE(std::regex_search(text, std::regex("seald_ledger_commits_total [1-9]")));
    EXPECT_TRUE(std::regex_search(text, std::regex("seald_ledger_records_total [1-9]")));
    EXPECT_THAT(text, Not(HasSubstr("li.na"))) << "no person is a label";
    EXPECT_EQ(instance.http("nobody", "GET", "/metrics").status, 401);
}

TEST(Monitoring, TheAlertRulesNameWhatTheDaemonSays) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto file = instance.write_file("a.txt", "a");
    instance.sealctl("li.na", {"sign", "--application", instance.approved_application({file}), file.string()});
    const std::string said = metrics(instance), rules = read_file(SEALD_SOURCE_DIR "/monitoring/alerts.yml");
    const std::regex name("seald_[a-z_]+");
    std::set<std::string> named;
    for (std::sregex_iterator at(rules.begin(), rules.end(), name), end; at != end; ++at) named.insert(at->str());
    EXPECT_GE(named.size(), 8U);
    named.erase("seald_tls_certificate_days_left");  // this instance has no TLS
    named.erase("seald_ledger_unwitnessed_seconds");  // nor witnesses,
    named.erase("seald_signature_count_differences_total");  // its token does not count (reconciliation_test),
    named.erase("seald_backup_overdue_seconds");  // nor a schedule (backup_test),
    for (const auto* notices : {"seald_notice_attempts_total", "seald_notices_waiting"}) named.erase(notices);  // and tells nobody (webhook_test)
    for (const auto& each : named) EXPECT_THAT(said, HasSubstr(each));
}

}  // namespace
}  // namespace seald::test
