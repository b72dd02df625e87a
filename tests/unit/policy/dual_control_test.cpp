// Two persons (雙人控制): what counts as the second one's word, and what does not.
#include "daemon/policy/dual_control.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using test::expect_rule;
using test::key_of;
using test::Office;

// 陳靜, the custodian, asked to resume the seal; 趙敏, an administrator, confirms.
struct DualControl : testing::Test {
    Office office;
    PendingAct act = asked(DualAct::resume);

    PendingAct asked(DualAct kind) {
        const auto number = ActNumber::make(2026, 1);
        const ActWish wish{kind, office.seal.name, "found in the safe", {}};
        return {.number = number,
                .kind = kind,
                .seal = office.seal.name,
                .statement = state_act(number, wish, office.seal, office.policy.daemon_id, test::id("chen.jing"), office.now),
                .reason = wish.reason,
                .asked_by = test::id("chen.jing"),
                .asked_at = office.now,
                .expires_at = office.now + act_patience};
    }
    ActConfirmation confirmation(const std::string& by = "zhao.min") const {
        return {.issuer = test::id(by),
                .audience = office.policy.daemon_id,
                .id = "c-1",
                .issued_at = office.now,
                .not_before = office.now,
                .expires_at = office.now + std::chrono::minutes(10),
                .act = act.number,
                .statement = act.statement_sha256()};
    }
    Result<CheckedConfirmation> check(const std::string& jws, const std::string& caller = "zhao.min") {
        return check_confirmation(jws, office.caller(caller), act, office.policy, office.now);
    }
    template <class Change>
    void expect_refused(Change change, std::string_view rule) {
        ActConfirmation made = confirmation();
        change(made);
        expect_rule(check(sign_act_confirmation(made, key_of("zhao.min")).value()), rule);
    }
};

TEST_F(DualControl, ASecondPersonsSignatureOverTheStatementCounts) {
    const auto good = check(sign_act_confirmation(confirmation(), key_of("zhao.min")).value());
    ASSERT_TRUE(good) << good.error().message;
    EXPECT_EQ(good->id, "c-1");
    EXPECT_EQ(good->key.thumbprint(), key_of("zhao.min").public_key().thumbprint());
}

TEST_F(DualControl, WhoAskedNeverConfirmsEvenWithAnotherKey) {
    const auto own = confirmation("chen.jing");
    const auto refused = check(sign_act_confirmation(own, key_of("chen.jing")).value(), "chen.jing");
    expect_rule(refused, "act-own");
    EXPECT_EQ(refused.error().missing, std::vector<std::string>{"zhao.min"}) << "and hears who could";
    office.person("chen.jing").approval_key = key_of("another key of hers").public_key();
    expect_rule(check(sign_act_confirmation(own, key_of("another key of hers")).value(), "chen.jing"), "act-own");
}

TEST_F(DualControl, AnotherPersonsSignatureUnderOnesOwnNameIsNone) {
    expect_rule(check(sign_act_confirmation(confirmation(), key_of("chen.jing")).value()), "confirmation-signature");
    expect_refused([](ActConfirmation& made) { made.issuer = test::id("sun.li"); }, "confirmation-issuer");
}

TEST_F(DualControl, NeitherRoleNorAnApplicationIsMadeUpFor) {
    for (const char* person : {"wang.fang", "zhang.wei", "li.na", "sun.li"}) expect_rule(check(sign_act_confirmation(confirmation(person), key_of(person)).value(), person), "role-required");
    expect_rule(check(sign_act_confirmation(confirmation("erp"), key_of("erp")).value(), "erp"), "role-required");
    office.person("zhao.min").approval_key.reset();
    expect_rule(check(sign_act_confirmation(confirmation(), key_of("zhao.min")).value()), "confirmation-key-unknown");
    EXPECT_TRUE(who_may_confirm(act, office.policy).empty());
}

TEST_F(DualControl, ItIsOfThisActThisStatementThisDaemonAndInTime) {
    expect_refused([](ActConfirmation& made) { made.act = ActNumber::make(2026, 2); }, "confirmation-act");
    expect_refused([](ActConfirmation& made) { made.statement = test::digest("another statement"); }, "confirmation-statement");
    expect_refused([](ActConfirmation& made) { made.audience = "another.example.org"; }, "confirmation-audience");
    expect_refused([&](ActConfirmation& made) { made.issued_at = made.not_before = office.now + std::chrono::minutes(2); }, "confirmation-not-yet-valid");
    expect_refused([&](ActConfirmation& made) { made.issued_at = made.not_before = office.now - std::chrono::minutes(9), made.expires_at = office.now; }, "confirmation-expired");
    expect_refused([&](ActConfirmation& made) { made.expires_at = office.now + std::chrono::hours(25); }, "confirmation-too-long");
}

TEST_F(DualControl, NoApprovalPassesForAConfirmationNorOneForAnApproval) {
    const auto claims = confirmation().to_claims();
    expect_rule(check(sign_jws(claims, approval_typ, key_of("zhao.min")).value()), "confirmation-type");
    const auto jws = decode_jws(sign_act_confirmation(confirmation(), key_of("zhao.min")).value()).value();
    EXPECT_FALSE(decode_unverified_approval(jws));
}

TEST_F(DualControl, WhatNobodyKnowsTheMeaningOfIsNotSigned) {
    auto claims = confirmation().to_claims();
    EXPECT_TRUE(ActConfirmation::from_claims(claims));
    claims.insert(1, "\"uses\":5,");
    EXPECT_FALSE(ActConfirmation::from_claims(claims));
    auto decline = confirmation().to_claims();
    decline.replace(decline.find("\"confirm\""), 9, "\"decline\"");
    EXPECT_FALSE(ActConfirmation::from_claims(decline));
}

TEST_F(DualControl, ADestructionTakesTwoWitnessesWhoMayBeAuditorsAndNeverTheSameTwice) {
    act = asked(DualAct::destroy);
    EXPECT_EQ(act.still_needed(), 2u);
    EXPECT_EQ(who_may_confirm(act, office.policy), (std::set<PersonId>{test::id("sun.li"), test::id("zhao.min")}));
    const auto by_auditor = sign_act_confirmation(confirmation("sun.li"), key_of("sun.li")).value();
    EXPECT_TRUE(check(by_auditor, "sun.li"));
    act.confirmations.push_back({test::id("sun.li"), "c-1", by_auditor, "", office.now});
    EXPECT_EQ(act.still_needed(), 1u);
    auto again = confirmation("sun.li");
    again.id = "c-2";
    expect_rule(check(sign_act_confirmation(again, key_of("sun.li")).value(), "sun.li"), "act-confirmed-before");
}

TEST_F(DualControl, WhatNobodyConfirmedInTimeIsExpired) {
    EXPECT_EQ(act.state_at(act.expires_at - std::chrono::milliseconds(1)), DualActState::waiting);
    EXPECT_EQ(act.state_at(act.expires_at), DualActState::expired);
}

}  // namespace
}  // namespace seald
