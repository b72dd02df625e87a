// Tokens that are pulled out, crash and hang while they seal, and a second token beside them that must not notice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/daemon/card_seals.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/daemon/sealing_stream.hpp"
#include "tests/support/faulty_module.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using ::testing::AnyOf;
using ::testing::Each;
using ::testing::HasSubstr;

std::string query(const Instance& instance, const std::string& sql) {
    auto out = run_tool("sqlite3 " + (instance.state() / "ledger.db").string() + " \"" + sql + "\"").out;
    while (!out.empty() && out.back() == '\n') out.pop_back();
    return out;
}

// Each document has one signature and one outcome that says so; the ledger is whole.
void expect_each_sealed_once(Instance& instance, const std::string& seal, int count) {
    const std::string done = "FROM intent WHERE seal = '" + seal + "' AND state = 'done'";
    EXPECT_EQ(query(instance, "SELECT count(*) " + done), std::to_string(count));
    EXPECT_EQ(query(instance, "SELECT count(DISTINCT document_hex) " + done), std::to_string(count));
    EXPECT_EQ(query(instance, "SELECT count(*) FROM intent WHERE state = 'open'"), "0");
    EXPECT_EQ(query(instance, "SELECT count(*) FROM entry WHERE kind = 'outcome' AND seal = '" + seal + "' AND result = 'signed'"),
              std::to_string(count));
    const auto verified = instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()});
    EXPECT_EQ(verified.exit_code, 0) << verified.err;
}

class PulledCards : public ::testing::Test {
  protected:
    PulledCards() {
        instance.start();
        for (const char* name : {"card-a", "card-b"}) EXPECT_TRUE(instance.token_becomes(name, "ready")) << instance.log();
        enrol_card(instance, "seal-a", cards.a);
        enrol_card(instance, "seal-b", cards.b);
    }

    VirtualCards cards;
    const PinFile pin{VirtualCard::pin()};
    Instance instance{{.token_extra = card_token("card-a", cards.a, pin.source()) + card_token("card-b", cards.b, pin.source())}};
};

TEST_F(PulledCards, UnpluggedFiveTimesDuringAThousandSealingsGoOnEachTimeAndTheOtherCardDoesNotNotice) {
    const auto daemon = instance.pid();
    SealingStream first(instance, "seal-a", 1000), second(instance, "seal-b", 300, "zhao.min");
    first.start(3);
    second.start(1);
    for (int round = 0; round < 5; ++round) {
        ASSERT_TRUE(first.goes_on(60)) << instance.log();
        cards.a.unplug();
        ASSERT_TRUE(instance.token_becomes("card-a", "absent")) << instance.log();
        EXPECT_EQ(instance.http("li.na", "GET", "/v1/ready").status, 503);
        cards.a.plug();
        ASSERT_TRUE(instance.token_becomes("card-a", "ready")) << instance.log();
        ASSERT_TRUE(first.goes_on(1)) << instance.log();
    }
    first.wait();
    second.wait();
    EXPECT_EQ(first.sealed(), 1000);
    EXPECT_EQ(second.sealed(), 300);
    EXPECT_EQ(second.refused(), 0) << ::testing::PrintToString(second.complaints());
    EXPECT_EQ(instance.pid(), daemon);
    EXPECT_GT(first.refused(), 0);
    EXPECT_THAT(first.complaints(), Each(AnyOf(HasSubstr("insert token card-a (serial " + cards.a.serial() + ")"),
                                               HasSubstr("token card-a is locked: sealctl token unlock card-a"))));
    const auto events = instance.entries("token-event");
    EXPECT_EQ(std::ranges::count_if(events, [](const auto& e) { return e.at("event") == "absent" && e.at("token") == "card-a"; }), 5);
    EXPECT_EQ(std::ranges::count_if(events, [](const auto& e) { return e.at("event") == "absent" && e.at("token") == "card-b"; }), 0);
    expect_each_sealed_once(instance, "seal-a", 1000);
    expect_each_sealed_once(instance, "seal-b", 300);
}

TEST_F(PulledCards, TheLastTryIsForACustodianWhoInsists) {
    instance.sealctl_json("zhang.wei", {"token", "lock", "card-a"});
    ASSERT_TRUE(instance.token_becomes("card-a", "locked"));
    cards.a.set_tries(1);
    const auto refused = instance.sealctl("zhang.wei", {"token", "unlock", "card-a", "--pin-file", "-"}, VirtualCard::pin() + "\n");
    EXPECT_EQ(refused.exit_code, 1) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("--final-try"));
    EXPECT_EQ(cards.a.tries(), 1);
    const auto insisted = instance.sealctl("zhang.wei", {"token", "unlock", "card-a", "--final-try", "--pin-file", "-"}, VirtualCard::pin() + "\n");
    EXPECT_EQ(insisted.exit_code, 0) << insisted.err;
    EXPECT_EQ(instance.token_state("card-a"), "ready");
}

class Faults : public ::testing::Test {
  protected:
    Faults() {
        instance.start();
        for (const char* name : {"usb-1", "usb-2"}) EXPECT_TRUE(instance.token_becomes(name, "ready")) << instance.log();
        instance.make_seal("first", "ec-p256", "usb-1");
        instance.make_seal("second", "ec-p256", "usb-2");
    }
    void seal_through(const std::string& rule, const std::string& what_died) {
        const auto daemon = instance.pid();
        SealingStream first(instance, "first", 700), second(instance, "second", 200, "zhao.min");
        first.start(4);
        second.start(1);
        for (int round = 0; round < 3; ++round) {
            ASSERT_TRUE(first.goes_on(50)) << instance.log();
            module.misbehave(rule);
            // Other sessions go on until the process is gone. The next fault would hit the new one's login, which nothing but a person tries again.
            ASSERT_TRUE(has_died(round + 1, what_died)) << instance.log();
            ASSERT_TRUE(first.goes_on(20)) << instance.log();
        }
        first.wait();
        second.wait();
        EXPECT_EQ(second.refused(), 0) << ::testing::PrintToString(second.complaints());
        EXPECT_GE(first.refused(), 3);
        EXPECT_EQ(instance.pid(), daemon);
        EXPECT_THAT(instance.log(), HasSubstr(what_died));
        expect_each_sealed_once(instance, "first", 700);
        expect_each_sealed_once(instance, "second", 200);
    }

    bool has_died(int times, const std::string& of) const {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        const auto deaths = [&] {
            const std::string log = instance.log();
            int count = 0;
            for (auto at = log.find(of); at != std::string::npos; at = log.find(of, at + 1)) count += log.rfind("the process of token", at) > log.rfind('\n', at);
            return count;
        };
        while (deaths() < times && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return deaths() >= times;
    }

    TemporaryFolder folder{"seald-faults"};
    const PinFile pin;
    FaultyModule module{open_to_all(folder.path()), SoftHsm::module()};
    Instance instance{{.pin = pin.source(), .module = FaultyModule::module(), .token_extra = "sign_timeout = \"1s\"\n", .second_pin = pin.source()}};
};

TEST_F(Faults, ACrashInCSignCostsOnlyWhatWasUnderWay) { seal_through("C_Sign crash 1", "Segmentation fault"); }

TEST_F(Faults, AHungCSignIsEndedAtItsDeadline) { seal_through("C_Sign hang 1", "did not answer within 1000 ms"); }

}  // namespace
}  // namespace seald::test
