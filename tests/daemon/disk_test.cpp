// The disk under a running daemon is full, or its database is taken away: no signature leaves, what must be recorded still
// is, and the service goes on by itself when the cause is gone.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/daemon/disk_of_its_own.hpp"
#include "tests/support/faulty_module.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

using Approvals = std::vector<std::string>;

Digest digest_of(const std::string& content) { return Digest::of(DigestAlgorithm::sha256, as_bytes(content)); }
Approvals approvals_of(Instance& instance, const std::string& content) {
    return {instance.mint(instance.outside_approval("wang.fang", "department-review", {digest_of(content)})),
            instance.mint(instance.outside_approval("chen.jie", "administration", {digest_of(content)}))};
}
Reply ask(Instance& instance, const std::string& content, const Approvals& approvals, const std::string& request_id) {
    return instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with(approvals, {digest_of(content)}, request_id));
}
Reply ask(Instance& instance, const std::string& content) { return ask(instance, content, approvals_of(instance, content), content); }

TEST(Disk, ThatIsFullStopsSigningAndNothingElseThatMatters) {
    Instance instance;
    DiskOfItsOwn disk(instance, 64);
    instance.start();
    instance.unlock();
    instance.make_seal();
    EXPECT_EQ(ask(instance, "before").status, 200);

    disk->fill();
    Reply reply = ask(instance, "full");
    for (int i = 0; reply.status == 200 && i < 2000; ++i) reply = ask(instance, "full " + std::to_string(i));  // the log had room
    EXPECT_EQ(reply.status, 503) << reply.body;
    EXPECT_EQ(reply.rule(), "disk-full") << reply.body;
    auto refusals = instance.entries("refusal").size();
    for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(instance, "again " + std::to_string(i)).rule(), "disk-full");
    EXPECT_EQ(instance.entries("refusal").size(), refusals) << "one a minute: the space is kept for other things";
    refusals = instance.entries("refusal").size();
    for (int i = 0; i < 50; ++i) EXPECT_EQ(instance.http("li.na", "POST", "/v1/seals", "{}").status, 400);
    EXPECT_EQ(instance.entries("refusal").size(), refusals + 50) << "refusals are recorded all the same";
    EXPECT_EQ(instance.post("li.na", "/v1/feedback", {{"text", "full?"}}).rule(), "disk-full") << "what somebody asks for can wait";
    const auto not_ready = instance.http("liu.yang", "GET", "/v1/ready").json().at("ledger").as_object();
    EXPECT_EQ(not_ready.at("code").as_string(), "disk-full") << "though refusals are recorded, and some space was given up for them";
    EXPECT_EQ(instance.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "disk"}).exit_code, 0) << "and so are stops";
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "resume", "contract", "--reason", "disk"}).exit_code, 4);

    disk->empty();
    const auto ledger_ready = [&] { return instance.http("liu.yang", "GET", "/v1/ready").json().at("ledger").at("ready").as_bool(); };
    for (int tries = 0; !ledger_ready() && tries < 500; ++tries) std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(ledger_ready()) << "by itself, within seconds, and though nobody asks for anything to be written";
    const auto outages = instance.entries("ledger-writable");
    ASSERT_EQ(outages.size(), 1u);
    EXPECT_EQ(outages[0].at("reason").as_string(), "the disk is full");
    EXPECT_EQ(instance.with_second_person({"seal", "resume", "contract", "--reason", "disk"}).at("state").as_string(), "done") << instance.log();
    EXPECT_EQ(ask(instance, "after").status, 200);
    EXPECT_TRUE(instance.http("liu.yang", "GET", "/v1/ready").json().at("ledger").at("ready").as_bool());
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);
    EXPECT_EQ(instance.stop(), 0);
}

TEST(Disk, ThatIsFullHasNoNoticeDeliveredAgainAndAgain) {
    Instance instance;
    const auto box = instance.desk() / "box", closed = instance.desk() / "closed";
    const auto command = instance.write_file("notify", "#!/bin/sh\n[ -e " + closed.string() + " ] && exit 1\n(cat; echo) >> " + box.string() + "\n");
    fs::permissions(command, fs::perms(0755));
    instance.configure({.extra = "[notify]\ncommand = \"" + command.string() + "\"\n"});
    DiskOfItsOwn disk(instance, 64);
    instance.start();
    instance.unlock();
    instance.make_seal();
    std::ofstream(closed).flush();
    const auto letter = instance.write_file("letter.txt", "a letter");
    instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", "--digests-only", letter.string()});
    disk->fill();
    Reply reply = ask(instance, "full");
    for (int i = 0; reply.status == 200 && i < 2000; ++i) reply = ask(instance, "full " + std::to_string(i));  // the log had room
    ASSERT_EQ(reply.rule(), "disk-full") << reply.body;
    const auto delivered = [&] {
        std::istringstream lines(fs::exists(box) ? read_file(box) : "");
        int waiting = 0;
        for (std::string line; std::getline(lines, line);) waiting += line.find("\"kind\":\"waiting\"") != std::string::npos;
        return waiting;
    };
    fs::remove(closed);
    std::this_thread::sleep_for(10s);
    EXPECT_LE(delivered(), 1);
    disk->empty();
    for (int tries = 0; delivered() == 0 && tries < 1000; ++tries) std::this_thread::sleep_for(20ms);
    std::this_thread::sleep_for(3s);
    EXPECT_EQ(delivered(), 1) << instance.log();
}

TEST(Disk, ADatabaseTakenAwayWhileTheTokenSignsLetsNothingOutAndTheIntentIsClosedWhenItIsBack) {
    const fs::path rules = fs::temp_directory_path() / ("seald-disk-rules-" + std::to_string(::getpid()));
    fs::create_directory(rules);
    fs::permissions(rules, fs::perms::all);
    FaultyModule faults(rules, SoftHsm::module());
    Instance instance({.module = FaultyModule::module()});
    instance.start();
    instance.unlock();
    instance.make_seal();
    const int before = faults.calls_of("C_Sign");
    faults.misbehave("C_Sign delay 3000");
    Reply reply;
    const auto approvals = approvals_of(instance, "hello");
    std::thread client([&] { reply = ask(instance, "hello", approvals, "first"); });
    for (int tries = 0; faults.calls_of("C_Sign") <= before && tries < 1000; ++tries) std::this_thread::sleep_for(10ms);
    const fs::path database = instance.state() / "ledger.db", away = instance.state() / "away.db";
    fs::rename(database, away);
    client.join();
    faults.behave();
    EXPECT_EQ(reply.status, 503) << reply.body;
    EXPECT_NE(reply.body.find("removed or replaced"), std::string::npos) << reply.body;
    EXPECT_EQ(ask(instance, "another").status, 503);

    fs::rename(away, database);
    auto outcomes = instance.entries("outcome");
    for (int tries = 0; outcomes.empty() && tries < 600; ++tries) {
        std::this_thread::sleep_for(50ms);
        outcomes = instance.entries("outcome");
    }
    ASSERT_EQ(outcomes.size(), 1u) << instance.log();
    EXPECT_EQ(outcomes[0].at("result").as_string(), "discarded");
    EXPECT_EQ(ask(instance, "hello", approvals, "second").status, 200) << "nothing was released, so the approval is good";
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);
    fs::remove_all(rules);
}

// The daemon's files stay open where they were; what leads to them now is read-only, as after a file system's error.
TEST(Disk, ThatIsReadOnlyIsToldFromAFullOneAndGoneOnWithWhenItIsWritable) {
    Instance instance;
    DiskOfItsOwn disk(instance, 96);
    instance.start();
    instance.unlock();
    instance.make_seal();
    const std::string path = instance.state().string();
    ASSERT_EQ(::mount(path.c_str(), path.c_str(), nullptr, MS_BIND, nullptr), 0);
    ASSERT_EQ(::mount(nullptr, path.c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr), 0);
    EXPECT_EQ(ask(instance, "read-only").status, 503);
    const auto ledger = [&] { return instance.http("liu.yang", "GET", "/v1/ready").json().at("ledger").as_object(); };
    EXPECT_EQ(ledger().at("code").as_string(), "ledger-not-writable");
    EXPECT_NE(ledger().at("reason").as_string().find("read-only"), std::string::npos) << ledger().at("reason");
    const auto metrics = instance.http("liu.yang", "GET", "/metrics").body;
    EXPECT_NE(metrics.find("seald_ledger_writable 0"), std::string::npos);
    EXPECT_NE(metrics.find("status=\"503\""), std::string::npos);
    EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/ready").status, 503);
    ASSERT_EQ(::umount2(path.c_str(), MNT_DETACH), 0);
    for (int tries = 0; !ledger().at("ready").as_bool() && tries < 500; ++tries) std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(ledger().at("ready").as_bool()) << "by itself: " << instance.log();
    EXPECT_EQ(ask(instance, "writable").status, 200);
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);
    EXPECT_EQ(instance.stop(), 0);
}

TEST(Disk, ADatabaseOfYesterdayIsNotGoneOnWith) {
    Instance instance;
    instance.start();
    instance.stop();
    fs::copy_file(instance.state() / "ledger.db", instance.folder() / "yesterday.db");
    instance.start();
    instance.stop();
    fs::copy_file(instance.folder() / "yesterday.db", instance.state() / "ledger.db", fs::copy_options::overwrite_existing);
    const auto refused = instance.seald({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("the ledger was rolled back"), std::string::npos) << refused.err;
    EXPECT_NE(refused.err.find("Put the newer database back"), std::string::npos) << refused.err;

    // On purpose: the checkpoint goes to the auditors, and the ledger says that it was not there.
    fs::rename(instance.state() / "ledger.checkpoint", instance.folder() / "for-the-auditors");
    instance.start();
    const auto starts = instance.entries("daemon-started");
    EXPECT_TRUE(starts.back().at("checkpoints").as_array().at(0).as_object().at("size").is_null());
    const auto verified = instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key(), "--since",
                                                        (instance.folder() / "for-the-auditors").string()});
    EXPECT_EQ(verified.exit_code, 5) << verified.out;
}

}  // namespace
}  // namespace seald::test
