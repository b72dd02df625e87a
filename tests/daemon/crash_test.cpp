// kill -9 at the worst moments: nothing is lost, nothing is signed twice. A module that takes its time in C_Sign makes the
// moment between intent and outcome long enough to hit.
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/support/faulty_module.hpp"

namespace seald::test {
namespace {

using namespace std::chrono_literals;

class Crash : public testing::Test {
  protected:
    Crash() : faults(folder.folder(), SoftHsm::module()), instance({.module = FaultyModule::module()}) {
        instance.start();
        instance.unlock();
        instance.make_seal();
        approvals = {instance.mint(instance.outside_approval("wang.fang", "department-review", {digest})),
                     instance.mint(instance.outside_approval("chen.jie", "administration", {digest}))};
    }
    struct Folder {  // for the module's rules: the token process, another user, reads and writes here
        Folder() {
            std::string pattern = std::filesystem::temp_directory_path() / "seald-faults-XXXXXX";
            path = ::mkdtemp(pattern.data());
            std::filesystem::permissions(path, std::filesystem::perms::all);
        }
        ~Folder() { std::filesystem::remove_all(path); }
        std::filesystem::path folder() const { return path; }
        std::filesystem::path path;
    };
    Reply ask(const std::string& request_id) {
        return instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with(approvals, {digest}, request_id));
    }
    void wait_until_the_token_signs(int calls) {
        for (int tries = 0; faults.calls_of("C_Sign") <= calls && tries < 1000; ++tries) std::this_thread::sleep_for(10ms);
        ASSERT_GT(faults.calls_of("C_Sign"), calls);
    }

    Folder folder;
    FaultyModule faults;
    Instance instance;
    const Digest digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
    std::vector<std::string> approvals;
};

TEST_F(Crash, OfTheDaemonBetweenIntentAndOutcomeLeavesAnUnknownOutcomeAndASpentApproval) {
    const int before = faults.calls_of("C_Sign");
    faults.misbehave("C_Sign delay 3000");
    std::thread client([&] {
        try {
            EXPECT_NE(ask("first").status, 200);
        } catch (const std::runtime_error&) {  // the daemon died without an answer: as meant
        }
    });
    wait_until_the_token_signs(before);
    instance.kill9();
    client.join();
    faults.behave();

    instance.start();
    instance.unlock();
    const auto outcomes = instance.entries("outcome");
    ASSERT_EQ(outcomes.size(), 1u);
    EXPECT_EQ(outcomes[0].at("result").as_string(), "unknown");
    EXPECT_EQ(ask("first").rule(), "outcome-unknown");
    EXPECT_EQ(ask("second").rule(), "already-sealed") << "an approval of unknown end stays used";
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);
}

TEST_F(Crash, OfTheTokenProcessInsideASignatureIsAnsweredRecordedAndRecoveredFrom) {
    const int before = faults.calls_of("C_Sign");
    faults.misbehave("C_Sign delay 3000");
    Reply reply;
    std::thread client([&] { reply = ask("first"); });
    wait_until_the_token_signs(before);
    ASSERT_NE(instance.token_process(), 0);
    ::kill(instance.token_process(), SIGKILL);
    client.join();
    faults.behave();
    EXPECT_EQ(reply.status, 503) << reply.body;

    for (int tries = 0; tries < 200; ++tries) {  // it is started anew by itself; a person types the PIN again
        if (instance.sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-file", "-"}, "1234\n").exit_code == 0) break;
        std::this_thread::sleep_for(50ms);
    }
    EXPECT_EQ(ask("first").status, 200) << "nothing was released the first time, so the approval is still good";
    EXPECT_EQ(ask("second").rule(), "already-sealed");
    const auto outcomes = instance.entries("outcome");
    ASSERT_EQ(outcomes.size(), 2u);
    EXPECT_EQ(outcomes[0].at("result").as_string(), "failed");
    EXPECT_EQ(outcomes[1].at("result").as_string(), "signed");
}

TEST_F(Crash, SuspendingWhileTheTokenSignsDiscardsTheSignature) {
    const int before = faults.calls_of("C_Sign");
    faults.misbehave("C_Sign delay 4000");
    Reply reply;
    std::thread client([&] { reply = ask("first"); });
    wait_until_the_token_signs(before);
    EXPECT_EQ(instance.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "at night"}).exit_code, 0);
    client.join();
    EXPECT_EQ(reply.status, 409) << reply.body;
    EXPECT_EQ(reply.rule(), "seal-stopped");
    ASSERT_EQ(instance.entries("outcome").size(), 1u);
    EXPECT_EQ(instance.entries("outcome")[0].at("result").as_string(), "discarded");
}

TEST_F(Crash, LockingTheTokenWhileItSignsReleasesNothing) {
    const int before = faults.calls_of("C_Sign");
    faults.misbehave("C_Sign delay 5000");
    Reply reply;
    std::thread client([&] { reply = ask("first"); });
    wait_until_the_token_signs(before);
    EXPECT_EQ(instance.sealctl("zhang.wei", {"token", "lock", "usb-1"}).exit_code, 0);
    client.join();
    EXPECT_EQ(reply.status, 503) << reply.body;
    EXPECT_EQ(instance.entries("outcome")[0].at("result").as_string(), "failed");
}

TEST_F(Crash, AStopDrainsTheRequestUnderWay) {
    const int before = faults.calls_of("C_Sign");
    faults.misbehave("C_Sign delay 1000");
    Reply reply;
    std::thread client([&] { reply = ask("first"); });
    wait_until_the_token_signs(before);
    EXPECT_EQ(instance.stop(), 0) << instance.log();
    client.join();
    EXPECT_EQ(reply.status, 200) << reply.body;
}

}  // namespace
}  // namespace seald::test
