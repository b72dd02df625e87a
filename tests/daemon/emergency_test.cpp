// Two in the morning: a seal is stopped, by one person, with one command, whether its token is there or not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>

#include "tests/daemon/outside.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/daemon/sealing_stream.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

class Emergency : public ::testing::Test {
  protected:
    Emergency() {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    // The auditor: neither uses nor keeps seals, and may stop them all the same.
    Output stop(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), "emergency-stop");
        for (const char* word : {"--reason", "at night"}) arguments.emplace_back(word);
        return instance.sealctl("liu.yang", arguments);
    }
    std::string state_of(const std::string& seal) { return std::string(instance.http("li.na", "GET", "/v1/seals/" + seal).json().at("state").as_string()); }
    Reply ask(const std::vector<std::string>& approvals, const std::string& request_id) {
        return instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with(approvals, {digest}, request_id));
    }
    std::vector<std::string> outside_approvals() {
        return {instance.mint(instance.outside_approval("wang.fang", "department-review", {digest})),
                instance.mint(instance.outside_approval("chen.jie", "administration", {digest}))};
    }

    Instance instance;
    const Digest digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
};

TEST_F(Emergency, FromItsReturnOnNoSignatureLeavesWhileSixtyFourClientsAsk) {
    SealingStream stream(instance, "contract", 3000);
    stream.start(64);
    ASSERT_TRUE(stream.goes_on(100));
    const auto stopped = stop({});
    const int sealed = stream.sealed();
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    stream.leave_off();
    stream.wait();
    // A reply that was on its way when the stop returned may be counted a moment later; the ledger tells.
    EXPECT_LE(stream.sealed(), sealed + 64);
    EXPECT_LT(stream.sealed(), 3000);
    const auto query = [&](const std::string& comparison) {
        return run_tool("sqlite3 " + (instance.state() / "ledger.db").string() +
                        " \"SELECT count(*) FROM entry WHERE kind = 'outcome' AND result = 'signed' AND idx " + comparison +
                        " (SELECT idx FROM entry WHERE kind = 'emergency-stop')\"").out;
    };
    EXPECT_EQ(query(">"), "0\n");
    EXPECT_EQ(query("<"), std::to_string(stream.sealed()) + "\n") << "and every one that was released is recorded before it";
}

TEST_F(Emergency, VoidsWhatWasApprovedAndLocksTheToken) {
    const auto file = instance.write_file("contract.txt", "hello");
    const auto number = instance.approved_application({file});
    const auto outside = outside_approvals();
    const auto stopped = stop({"contract"});
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
    for (const std::string& said : {std::string("in-force -> suspended"), number, std::string("token usb-1"), std::string("li.na"),
                                    std::string("sealctl seal resume contract"), std::string("sealctl report compromise contract")})
        EXPECT_THAT(stopped.out, HasSubstr(said));
    EXPECT_EQ(instance.token_state("usb-1"), "locked");
    const auto application = instance.http("li.na", "GET", "/v1/applications/" + number).json();
    EXPECT_EQ(application.at("state").as_string(), "withdrawn");
    EXPECT_EQ(instance.entries("application-withdrawn").size(), 1u);
    EXPECT_EQ(instance.entries("token-lock").at(0).at("reason").as_string(), "emergency stop: at night");

    instance.with_second_person({"seal", "resume", "contract", "--reason", "found"});
    instance.unlock();
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number, file}).exit_code, 1);
    const auto refused = ask(outside, "old");
    EXPECT_EQ(refused.rule(), "approval-void") << refused.body;
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // approvals say the second they were issued in
    EXPECT_EQ(ask(outside_approvals(), "new").status, 200);
}

TEST_F(Emergency, IsAllOrNothingAndSaysWhichNameIsNone) {
    const auto refused = stop({"contract", "contrakt"});
    EXPECT_EQ(refused.exit_code, 3) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("there is no seal contrakt; nothing was stopped"));
    EXPECT_EQ(state_of("contract"), "in-force");
    EXPECT_EQ(instance.sealctl("li.na", {"emergency-stop", "--reason", "x"}).exit_code, 1) << "an applicant stops nothing";
    EXPECT_EQ(stop({}).exit_code, 0);
    const auto again = stop({"contract"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_THAT(again.out, HasSubstr("suspended already"));
}

TEST_F(Emergency, ALostSealNeverComesBack) {
    const auto lost = instance.sealctl("liu.yang", {"seal", "lost", "contract", "--reason", "stolen"});
    EXPECT_EQ(lost.exit_code, 0) << lost.err;
    EXPECT_THAT(lost.out, HasSubstr("in-force -> lost"));
    EXPECT_THAT(lost.out, HasSubstr("self-signed certificate"));
    EXPECT_EQ(state_of("contract"), "lost");
    for (const char* act : {"resume", "activate", "suspend"})
        EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", act, "contract", "--reason", "please"}).exit_code, 1) << act;
    EXPECT_EQ(stop({"contract"}).exit_code, 1);
    const auto again = instance.sealctl("liu.yang", {"seal", "lost", "contract", "--reason", "the answer was lost"});
    EXPECT_EQ(again.exit_code, 0) << "it completes what a crash interrupted: " << again.err;
    EXPECT_EQ(instance.entries("seal-lost").size(), 1u);
    const auto nothing = stop({});
    EXPECT_EQ(nothing.exit_code, 0);
    EXPECT_THAT(nothing.out, HasSubstr("nothing to stop"));
    EXPECT_EQ(ask(outside_approvals(), "r").rule(), "seal-not-in-force");
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);
}

TEST(EmergencyWithoutItsToken, StopsAllTheSame) {
    const PinFile pin("1234");
    Instance instance({.pin = pin.source(), .second_pin = pin.source()});
    instance.start();
    for (const char* token : {"usb-1", "usb-2"}) ASSERT_TRUE(instance.token_becomes(token, "ready")) << instance.log();
    instance.make_seal("contract");
    instance.make_seal("other", "ec-p256", "usb-2");
    const pid_t process = instance.token_process();
    ::kill(process, SIGSTOP);  // it answers nothing any more
    const auto stopped = instance.sealctl("liu.yang", {"emergency-stop", "contract", "--reason", "at night"});
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals/contract").json().at("state").as_string(), "suspended");
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals/other").json().at("state").as_string(), "in-force");
    EXPECT_EQ(instance.token_state("usb-2"), "ready");
    for (int looks = 0; ::kill(process, 0) == 0 && looks < 500; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_NE(::kill(process, 0), 0) << "it was another token's";
}

}  // namespace
}  // namespace seald::test
