// Who keeps a seal: three persons hand it over, each with his own key; who acts for a custodian has his rights for that seal only,
// and for that time only.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/hand_over_statement.hpp"
#include "tests/daemon/instance.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

std::string word(const json::object& object, std::string_view field) { return std::string(object.at(field).as_string()); }

// 孫麗 is a custodian too, 趙敏 the administrator.
class Custodians : public testing::Test {
  protected:
    static std::string person(const std::string& id, const std::string& roles) {
        return "[[person]]\nid = \"" + id + "\"\nname = \"" + id + "\"\nunix_user = \"" + std::to_string(uid_of(id)) + "\"\nroles = [" + roles +
               "]\napproval_key = \"keys/" + id + ".pub.pem\"\n";
    }
    static Office office() {
        return {.extra = person("sun.li", "\"custodian\"") + person("zhao.min", "\"administrator\""), .absent = {"sun.li", "zhao.min"}};
    }
    Custodians() : instance(office()) {}
    void SetUp() override {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    Output hand_over(const std::string& who, std::vector<std::string> more) {
        std::vector<std::string> arguments{"--json", "seal", "hand-over", "contract", "--key", instance.key_file(who).string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl(who, arguments);
    }
    Output begin(const std::string& to = "sun.li", const std::string& supervisor = "chen.jie", const std::string& who = "zhang.wei") {
        return hand_over(who, {"--to", to, "--supervisor", supervisor, "--reason", "moves to another city"});
    }
    std::string rule_of(const Output& output) { return word(json::parse(output.out).at("error").as_object(), "rule"); }
    std::string custodian() { return word(instance.http("liu.yang", "GET", "/v1/seals/contract").json(), "custodian"); }
    Instance instance;
};

TEST_F(Custodians, TheCustodianChangesWhenAllThreeHaveSpokenAndEachHasSigned) {
    const auto begun = begin();
    ASSERT_EQ(begun.exit_code, 0) << begun.out << begun.err;
    EXPECT_EQ(rule_of(hand_over("chen.jie", {"--confirm"})), "hand-over-state") << "the supervisor speaks last";
    EXPECT_EQ(rule_of(hand_over("chen.jie", {"--accept"})), "hand-over-person");
    ASSERT_EQ(hand_over("sun.li", {"--accept"}).exit_code, 0);
    EXPECT_EQ(custodian(), "zhang.wei");
    const auto done = hand_over("chen.jie", {"--confirm"});
    ASSERT_EQ(done.exit_code, 0) << done.out;
    EXPECT_EQ(custodian(), "sun.li");
    EXPECT_EQ(word(instance.http("liu.yang", "GET", "/v1/seals/contract").json(), "state"), "in-force") << "nothing stops for it";

    // Each word is in the ledger, dated, with what its speaker signed.
    const std::vector<std::pair<std::string, std::string>> steps{{"seal-hand-over-begun", "zhang.wei"}, {"seal-hand-over-accepted", "sun.li"}, {"seal-handed-over", "chen.jie"}};
    for (const auto& [kind, who] : steps) {
        const auto entries = instance.entries(kind);
        ASSERT_EQ(entries.size(), 1u) << kind;
        EXPECT_EQ(word(entries[0].at("caller").as_object(), "id"), who);
        const auto jws = decode_jws(word(entries[0], "statement")).value();
        EXPECT_TRUE(verify_jws(jws, PrivateKey::load_pem(instance.key_file(who)).value().public_key()));
        EXPECT_EQ(decode_unverified_hand_over(jws).value().receiver.str(), "sun.li");
    }
    EXPECT_EQ(rule_of(hand_over("chen.jie", {"--confirm"})), "hand-over-state");
    EXPECT_EQ(rule_of(begin("zhang.wei", "chen.jie", "zhang.wei")), "hand-over-giver") << "it is not his any more";
}

TEST_F(Custodians, WhoIsNotFitDoesNotTakePart) {
    EXPECT_EQ(rule_of(begin("li.na")), "hand-over-receiver") << "no custodian";
    EXPECT_EQ(rule_of(begin("sun.li", "li.na")), "hand-over-supervisor") << "only an applicant";
    EXPECT_EQ(rule_of(begin("sun.li", "sun.li")), "hand-over-persons");
    EXPECT_EQ(rule_of(begin("sun.li", "zhang.wei")), "hand-over-persons");
    EXPECT_EQ(rule_of(begin("sun.li", "who.ever")), "hand-over-person");
    EXPECT_EQ(rule_of(begin("sun.li", "chen.jie", "zhao.min")), "hand-over-giver") << "an administrator only where the custodian has left";
    ASSERT_EQ(begin().exit_code, 0);
    EXPECT_EQ(rule_of(begin()), "hand-over-open");
    EXPECT_EQ(rule_of(hand_over("li.na", {"--decline", "--reason", "x"})), "hand-over-person");
    ASSERT_EQ(hand_over("sun.li", {"--decline", "--reason", "the token was not in the envelope"}).exit_code, 0);
    EXPECT_EQ(custodian(), "zhang.wei");
    EXPECT_EQ(rule_of(hand_over("sun.li", {"--accept"})), "hand-over-state");
}

TEST_F(Custodians, WhatIsSignedIsBoundToThisHandOver) {
    const auto key = PrivateKey::load_pem(instance.key_file("sun.li")).value();
    const auto now = from_unix(to_unix(SystemClock().now()));
    const auto id = [](const char* text) { return PersonId::decode(text).value(); };
    HandOverStatement good{.issuer = id("sun.li"), .audience = "seald.test.example", .id = "one", .issued_at = now, .expires_at = now + std::chrono::minutes(5),
                           .part = HandOverPart::receive, .hand_over = 1, .seal = SealName::decode("contract").value(), .giver = id("zhang.wei"),
                           .receiver = id("sun.li"), .supervisor = id("chen.jie"), .reason = "moves to another city"};
    ASSERT_EQ(begin().exit_code, 0);
    const auto accept = [&](const HandOverStatement& statement, std::string_view typ = hand_over_typ) {
        return instance.post("sun.li", "/v1/seals/contract/hand-over/accept", {{"statement", sign_jws(statement.to_claims(), typ, key).value()}});
    };
    const auto spoilt = [&](auto spoil) {
        HandOverStatement bad = good;
        spoil(bad);
        return accept(bad).rule();
    };
    EXPECT_EQ(instance.post("sun.li", "/v1/seals/contract/hand-over/accept", {}).rule(), "hand-over-statement") << "whoever has a key signs";
    EXPECT_EQ(spoilt([](auto& each) { each.hand_over = 2; }), "hand-over-statement");
    EXPECT_EQ(spoilt([](auto& each) { each.part = HandOverPart::supervise; }), "hand-over-statement");
    EXPECT_EQ(spoilt([](auto& each) { each.audience = "another"; }), "hand-over-statement");
    EXPECT_EQ(spoilt([&](auto& each) { each.supervisor = id("wang.fang"); }), "hand-over-statement");
    EXPECT_EQ(spoilt([](auto& each) { each.seal = SealName::decode("finance").value(); }), "hand-over-statement");
    EXPECT_EQ(spoilt([](auto& each) { each.reason = "another"; }), "hand-over-statement");
    EXPECT_EQ(spoilt([&](auto& each) { each.issued_at = now - std::chrono::hours(2), each.expires_at = now - std::chrono::hours(1); }), "hand-over-statement");
    EXPECT_EQ(spoilt([](auto& each) { each.expires_at += std::chrono::hours(1); }), "hand-over-statement");
    EXPECT_EQ(spoilt([&](auto& each) { each.issuer = id("chen.jie"); }), "hand-over-statement");
    EXPECT_EQ(accept(good, "seal-approval+jwt").status, 422) << "no approval passes for one";
    const auto others = PrivateKey::load_pem(instance.key_file("li.na")).value();
    EXPECT_EQ(instance.post("sun.li", "/v1/seals/contract/hand-over/accept", {{"statement", sign_jws(good.to_claims(), hand_over_typ, others).value()}}).rule(),
              "hand-over-statement");
    EXPECT_EQ(accept(good).status, 200);
}

TEST_F(Custodians, AnAdministratorBeginsItForOneWhoHasLeft) {
    auto without = office();
    without.absent.insert("zhang.wei");
    instance.configure(without);
    ASSERT_EQ(instance.sealctl("zhao.min", {"reload"}).exit_code, 0);
    ASSERT_EQ(begin("sun.li", "chen.jie", "zhao.min").exit_code, 0);
    ASSERT_EQ(hand_over("sun.li", {"--accept"}).exit_code, 0);
    ASSERT_EQ(hand_over("chen.jie", {"--confirm"}).exit_code, 0);
    EXPECT_EQ(custodian(), "sun.li");
    EXPECT_EQ(word(instance.entries("seal-handed-over").back(), "giver"), "zhang.wei");
}

TEST_F(Custodians, WhoActsHasTheCustodiansRightsForThatSealAndThatTimeOnly) {
    instance.sealctl_json("zhang.wei", {"seal", "make", "finance", "--kind", "finance", "--title", "財務專用章", "--owner", "Example Ltd", "--token", "usb-1",
                                        "--algorithm", "ec-p256", "--self-signed-days", "30"});
    const auto in = [](std::chrono::milliseconds ahead) { return to_rfc3339(SystemClock().now() + ahead); };
    const json::object reason{{"reason", "a test"}}, filing{{"number", "1"}, {"date", "2026-11-24"}};
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/contract/suspend", reason).rule(), "role-required") << "a reviewer";
    const auto acting = [&](const std::string& who, const std::string& person, const std::string& from, const std::string& until) {
        return instance.sealctl(who, {"--json", "seal", "acting-custodian", "contract", person, "--from", from, "--until", until, "--reason", "on leave"});
    };
    EXPECT_EQ(rule_of(acting("wang.fang", "wang.fang", in(std::chrono::seconds(0)), in(std::chrono::hours(1)))), "acting-custodian");
    EXPECT_EQ(rule_of(acting("zhang.wei", "liu.yang", in(std::chrono::seconds(0)), in(std::chrono::hours(1)))), "acting-custodian") << "an auditor";
    EXPECT_EQ(rule_of(acting("zhao.min", "zhao.min", in(std::chrono::seconds(0)), in(std::chrono::hours(1)))), "acting-custodian") << "himself";
    EXPECT_EQ(acting("zhang.wei", "wang.fang", in(std::chrono::hours(2)), in(std::chrono::hours(1))).exit_code, 2);

    ASSERT_EQ(acting("zhang.wei", "wang.fang", in(std::chrono::hours(1)), in(std::chrono::hours(2))).exit_code, 0);
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/contract/suspend", reason).rule(), "role-required") << "not before it begins";
    ASSERT_EQ(acting("zhang.wei", "wang.fang", in(-std::chrono::seconds(1)), in(std::chrono::hours(1))).exit_code, 0);
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/contract/suspend", reason).status, 200);
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/contract/resume", reason).status, 202) << "asks, as the custodian does";
    EXPECT_EQ(instance.sealctl("wang.fang", {"act", "show", "P-2026-0001"}).exit_code, 0) << "his own";
    EXPECT_EQ(instance.http("chen.jie", "GET", "/v1/acts/P-2026-0001").status, 403);
    EXPECT_EQ(instance.confirm("sun.li", "P-2026-0001").exit_code, 0);
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/finance/cancel", reason).rule(), "role-required") << "another seal";
    EXPECT_EQ(instance.sealctl("wang.fang", {"token", "lock", "usb-1"}).exit_code, 0);
    const auto unlocked = instance.sealctl("wang.fang", {"token", "unlock", "usb-1", "--pin-file", "-"}, "1234\n");
    EXPECT_EQ(unlocked.exit_code, 0) << unlocked.err;
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/finance/file", filing).rule(), "role-required") << "another seal";
    EXPECT_EQ(instance.sealctl("wang.fang", {"ledger", "list"}).exit_code, 0);
    EXPECT_EQ(instance.http("wang.fang", "GET", "/v1/ledger/entries?person=li.na").status, 403) << "no other right";
    EXPECT_EQ(instance.http("wang.fang", "GET", "/v1/acts").status, 403);

    ASSERT_EQ(instance.sealctl("zhang.wei", {"seal", "acting-custodian", "contract", "wang.fang", "--end", "--reason", "back"}).exit_code, 0);
    EXPECT_EQ(instance.post("wang.fang", "/v1/seals/contract/suspend", reason).rule(), "role-required") << "it was ended";
    EXPECT_EQ(instance.sealctl("wang.fang", {"token", "lock", "usb-1"}).exit_code, 1);
    EXPECT_TRUE(instance.sealctl_json("liu.yang", {"seal", "custody", "contract"}).at("acting_custodians").as_array().empty());
    EXPECT_EQ(instance.entries("seal-acting-custodian").size(), 2u);
    EXPECT_EQ(instance.entries("seal-acting-custodian-ended").size(), 1u);
}

}  // namespace
}  // namespace seald::test
