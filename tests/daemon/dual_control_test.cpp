// Two persons for what one cannot do alone (雙人控制), through the real programs.
#include <gmock/gmock.h>

#include <boost/json/array.hpp>

#include "tests/daemon/outside.hpp"
#include "tests/daemon/shared_instance.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class DualControl : public ::testing::Test {
  protected:
    DualControl() {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    std::string ask(const std::string& verb) {
        return std::string(instance.sealctl_json("zhang.wei", {"seal", verb, "contract", "--reason", "a test"}).at("number").as_string());
    }
    std::string state_of(const std::string& seal = "contract") {
        return std::string(instance.http("li.na", "GET", "/v1/seals/" + seal).json().at("state").as_string());
    }
    std::string state_of_act(const std::string& act) { return std::string(instance.http("liu.yang", "GET", "/v1/acts/" + act).json().at("state").as_string()); }
    void suspend() { ASSERT_EQ(instance.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "looking into it"}).exit_code, 0); }
    Instance instance;
};

TEST_F(DualControl, ResumingWaitsForASecondPersonWhoSignsWhatHeConfirms) {
    suspend();
    const auto asked = instance.sealctl("zhang.wei", {"seal", "resume", "contract", "--reason", "found in the safe"});
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    EXPECT_THAT(asked.out, testing::AllOf(HasSubstr("P-2026-0001 waits for 1 more person"), HasSubstr("guo.jing"), HasSubstr("sealctl act confirm P-2026-0001")));
    EXPECT_EQ(state_of(), "suspended");
    EXPECT_EQ(instance.http("guo.jing", "GET", "/v1/whoami").json().at("acts_waiting_for_me").as_int64(), 1);
    EXPECT_EQ(instance.http("zhang.wei", "GET", "/v1/status").json().at("acts_waiting_for_me").as_int64(), 0) << "not for whoever asked";
    EXPECT_THAT(instance.sealctl("guo.jing", {"act", "list", "--waiting-for-me"}).out, HasSubstr("P-2026-0001"));
    EXPECT_THAT(instance.sealctl("guo.jing", {"act", "show", "P-2026-0001"}).out, HasSubstr("found in the safe"));
    EXPECT_THAT(instance.sealctl("guo.jing", {"act", "list", "--csv"}).out, HasSubstr("P-2026-0001,resume,contract,waiting,zhang.wei"));

    const auto own = instance.confirm("zhang.wei", "P-2026-0001");
    EXPECT_EQ(own.exit_code, 1) << own.out;
    EXPECT_EQ(instance.post("zhang.wei", "/v1/acts/P-2026-0001/confirmations", {{"confirmation", instance.signed_confirmation("P-2026-0001", "zhang.wei")}}).rule(), "act-own");
    EXPECT_EQ(instance.post("zhang.wei", "/v1/acts/P-2026-0001/confirmations", {{"confirmation", instance.signed_confirmation("P-2026-0001", "guo.jing")}}).rule(), "act-own")
        << "nor with another's signature";
    EXPECT_EQ(instance.post("liu.yang", "/v1/acts/P-2026-0001/confirmations", {{"confirmation", instance.signed_confirmation("P-2026-0001", "liu.yang")}}).rule(), "role-required");
    EXPECT_EQ(instance.post("erp", "/v1/acts/P-2026-0001/confirmations", {{"confirmation", instance.signed_confirmation("P-2026-0001", "erp")}}).rule(), "role-required");
    EXPECT_EQ(state_of(), "suspended");

    const auto confirmed = instance.confirm("guo.jing", "P-2026-0001");
    EXPECT_EQ(confirmed.exit_code, 0) << confirmed.err;
    EXPECT_EQ(state_of(), "in-force");
    const auto resumed = instance.entries("seal-resume").at(0);
    EXPECT_EQ(resumed.at("asked_by").as_string(), "zhang.wei");
    EXPECT_EQ(resumed.at("confirmed_by").as_array().at(0).as_string(), "guo.jing");
    EXPECT_EQ(instance.confirm("guo.jing", "P-2026-0001").exit_code, 1) << "once";
}

TEST_F(DualControl, LedgerShowChecksTheSignedConfirmation) {
    suspend();
    instance.with_second_person({"seal", "resume", "contract", "--reason", "found"});
    const auto page = instance.http("liu.yang", "GET", "/v1/ledger/entries?kind=act-confirmed").json();
    const auto index = std::to_string(page.at("entries").as_array().at(0).as_object().at("index").as_int64());
    const auto shown = instance.sealctl("liu.yang", {"ledger", "show", index});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("good: signed by guo.jing"));
}

TEST_F(DualControl, OnePersonIsEnoughToSayNo) {
    suspend();
    const auto first = ask("resume");
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "resume", "contract", "--reason", "again"}).exit_code, 1) << "the same is open already";
    EXPECT_EQ(instance.sealctl("zhang.wei", {"act", "decline", first, "--reason", "no"}).exit_code, 1) << "his own: he withdraws it";
    EXPECT_EQ(instance.sealctl("guo.jing", {"act", "withdraw", first}).exit_code, 1);
    EXPECT_EQ(instance.sealctl("guo.jing", {"act", "decline", first, "--reason", "the key is still missing"}).exit_code, 0);
    EXPECT_EQ(state_of_act(first), "declined");
    EXPECT_EQ(instance.confirm("guo.jing", first).exit_code, 1);
    const auto second = ask("resume");
    EXPECT_EQ(instance.sealctl("zhang.wei", {"act", "withdraw", second, "--reason", "not yet"}).exit_code, 0);
    EXPECT_EQ(instance.post("guo.jing", "/v1/acts/" + second + "/confirmations", {{"confirmation", instance.signed_confirmation(second, "guo.jing")}}).rule(), "act-closed");
    EXPECT_EQ(state_of(), "suspended");
}

TEST_F(DualControl, WhatWasAskedForBeforeAnEmergencyStopIsOverAfterIt) {
    suspend();
    const auto act = ask("resume");
    const auto confirmation = instance.signed_confirmation(act, "guo.jing");
    ASSERT_EQ(instance.sealctl("liu.yang", {"emergency-stop", "contract", "--reason", "misused"}).exit_code, 0);
    EXPECT_EQ(state_of_act(act), "overtaken");
    EXPECT_EQ(instance.post("guo.jing", "/v1/acts/" + act + "/confirmations", {{"confirmation", confirmation}}).rule(), "act-closed");
    EXPECT_EQ(state_of(), "suspended");
    EXPECT_EQ(instance.entries("act-overtaken").size(), 1u);
}

TEST_F(DualControl, AnApprovalDatedAheadOfAStopDoesNotCountAfterIt) {
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("x"));
    const Timestamp ahead = from_unix(to_unix(SystemClock().now()) + 3);
    std::vector<std::string> approvals;
    for (const auto& [who, step] : {std::pair("wang.fang", "department-review"), std::pair("chen.jie", "administration")}) {
        auto approval = instance.outside_approval(who, step, {digest});
        approval.issued_at = approval.not_before = ahead;
        approval.expires_at = ahead + std::chrono::hours(1);
        approvals.push_back(instance.mint(approval));
    }
    ASSERT_EQ(instance.sealctl("liu.yang", {"emergency-stop", "contract", "--reason", "an approver's key is stolen"}).exit_code, 0);
    std::this_thread::sleep_for(std::chrono::seconds(4));  // until the approvals say they begin: the clock is the daemon's
    instance.with_second_person({"seal", "resume", "contract", "--reason", "all is well"});
    instance.unlock();
    EXPECT_EQ(instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with(approvals, {digest}, "r")).rule(), "approval-void");
}

TEST_F(DualControl, CancellingIsFinalAndLeavesNothingOpen) {
    const auto file = instance.write_file("contract.txt", "hello");
    const auto application = instance.approved_application({file});
    const auto epoch = [&] { return std::stoi(run_tool("sqlite3 " + (instance.state() / "ledger.db").string() + " 'SELECT epoch FROM seal'").out); };
    const int before = epoch();
    instance.with_second_person({"seal", "cancel", "contract", "--reason", "the department was closed"});
    EXPECT_EQ(state_of(), "cancelled");
    EXPECT_EQ(epoch(), before + 1) << "what was being signed is thrown away";
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/applications/" + application).json().at("state").as_string(), "withdrawn");
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", application, file}).exit_code, 1);
    for (const char* act : {"file", "activate", "suspend", "resume", "cancel", "lost"}) {
        const json::object body = std::string_view(act) == "file" ? json::object{{"number", "1"}, {"date", "2026-11-24"}} : json::object{{"reason", "please"}};
        EXPECT_EQ(instance.post("zhang.wei", std::string("/v1/seals/contract/") + act, body).rule(), "seal-state") << act;
    }
}

// Every act that a state forbids is refused by name, and the refusal is in the ledger.
TEST_F(DualControl, EveryForbiddenActIsRefusedByNameInEveryState) {
    const std::vector<std::string> acts = {"file", "activate", "suspend", "resume", "lost", "cancel", "destroy"};
    const std::map<std::string, std::set<std::string>> allowed = {{"made", {"file", "lost", "cancel"}},          {"filed", {"activate", "lost", "cancel"}},
                                                                  {"in-force", {"suspend", "lost", "cancel"}},   {"suspended", {"resume", "lost", "cancel"}},
                                                                  {"lost", {"cancel", "lost"}},                  {"cancelled", {"destroy"}}};
    const auto make = [&](const std::string& seal) {
        instance.sealctl_json("zhang.wei", {"seal", "make", seal, "--kind", "other", "--title", seal, "--owner", "O", "--token", "usb-1", "--algorithm", "ec-p256",
                                            "--self-signed-days", "30"});
    };
    const auto post = [&](const std::string& seal, const std::string& act) {
        const json::object body = act == "file" ? json::object{{"number", "1"}, {"date", "2026-11-24"}} : json::object{{"reason", "a test"}};
        return instance.post("zhang.wei", "/v1/seals/" + seal + "/" + act, body);
    };
    make("life"), make("gone");
    std::size_t refused = instance.entries("refusal").size();
    const auto try_all = [&](const std::string& seal) {
        const std::string state = state_of(seal);
        for (const auto& act : acts) {
            if (allowed.at(state).contains(act)) continue;
            const auto reply = post(seal, act);
            EXPECT_EQ(reply.status, 409) << state << " " << act << reply.body;
            EXPECT_EQ(reply.rule(), "seal-state") << state << " " << act;
            EXPECT_THAT(reply.body, testing::AllOf(HasSubstr(state), HasSubstr(act))) << "names both";
            ++refused;
        }
        EXPECT_EQ(instance.entries("refusal").size(), refused) << state;
    };
    try_all("life");
    post("life", "file");
    try_all("life");
    post("life", "activate");
    try_all("life");
    post("life", "suspend");
    try_all("life");
    instance.with_second_person({"seal", "cancel", "life", "--reason", "a test"});
    try_all("life");
    post("gone", "lost");
    try_all("gone");
}

TEST_F(DualControl, ASealIsUniqueWhileItIsInForce) {
    instance.sealctl_json("zhang.wei", {"seal", "make", "twin", "--kind", "contract", "--title", "合同專用章", "--owner", "EXAMPLE Ltd", "--token", "usb-1", "--algorithm",
                                        "ec-p256", "--self-signed-days", "30"});
    instance.sealctl_json("zhang.wei", {"seal", "file", "twin", "--number", "43", "--date", "2026-11-23"});
    const auto refused = instance.post("zhang.wei", "/v1/seals/twin/activate", {{"reason", "a test"}});
    EXPECT_EQ(refused.rule(), "seal-not-unique") << refused.body;
    EXPECT_THAT(refused.body, HasSubstr("seal contract is in force already"));
    suspend();
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/twin/activate", {{"reason", "a test"}}).status, 200);
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/contract/resume", {{"reason", "a test"}}).rule(), "seal-not-unique");
    const auto by_hand = run_tool("sqlite3 " + (instance.state() / "ledger.db").string() + " \"UPDATE seal SET owner = 'Example Ltd' WHERE name = 'twin'; "
                                  "UPDATE seal SET state = 'in-force' WHERE name = 'contract'\" 2>&1");
    EXPECT_THAT(by_hand.out, HasSubstr("UNIQUE constraint failed")) << "the database holds it, too";
}

TEST(DualControlAlone, NobodyElseCouldConfirmIsSaidAtOnce) {
    Instance instance({.absent = {"guo.jing"}});
    instance.start();
    instance.unlock();
    instance.make_seal();
    instance.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "a test"});
    const auto refused = instance.post("zhang.wei", "/v1/seals/contract/resume", {{"reason", "a test"}});
    EXPECT_EQ(refused.rule(), "second-person") << refused.body;
}

}  // namespace
}  // namespace seald::test
