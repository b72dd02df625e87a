// Each rule about a use at its boundary: the last one that passes, the first that does not.
#include "daemon/policy/use_rules.hpp"

#include "tests/unit/policy/expect_rule.hpp"
#include "tests/unit/policy/office.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using test::expect_rule;
using test::Office;

struct UseRules : testing::Test {
    Office office;
    CallerFacts facts;
    Result<Permit> use(const std::vector<std::string>& contents = {"a"}) {
        SealFacts all{office.seal, {}, {}, {}, facts};
        return authorise(office.caller("li.na"), office.request(office.both_tokens(contents), contents), all, office.policy, office.now);
    }
};

TEST_F(UseRules, OneMinuteBeforeTheHoursAndOneAfterAreRefused) {
    office.rules().hours = OfficeHours::decode("Mon-Fri 08:00-18:00").value();
    for (const auto& [moment, permitted] : {std::pair("2026-11-23T07:59:00Z", false), std::pair("2026-11-23T08:00:00Z", true),
                                            std::pair("2026-11-23T17:59:59Z", true), std::pair("2026-11-23T18:00:00Z", false)}) {
        office.now = test::at(moment);
        const auto permit = use();
        EXPECT_EQ(permit.has_value(), permitted) << moment;
        if (!permitted) expect_rule(permit, "office-hours");
    }
}

TEST_F(UseRules, AHolidayIsRefused) {
    office.rules().hours = OfficeHours::decode("Mon-Fri 08:00-18:00").value();
    office.policy.calendar.holidays = {decode_date("2026-11-23").value()};
    expect_rule(use(), "office-hours");
}

TEST_F(UseRules, TheUseAfterTheLastOfTheRateIsRefused) {
    office.rules().rate = Rate{5, seconds(60)};
    facts.uses_in_window = 4;
    EXPECT_TRUE(use());
    facts.uses_in_window = 5;
    expect_rule(use(), "rate-limit", ErrorCode::too_many);
}

TEST_F(UseRules, EveryDocumentOfARequestCountsForTheRate) {
    office.rules().rate = Rate{5, seconds(60)};
    facts.uses_in_window = 4;
    expect_rule(use({"a", "b"}), "rate-limit", ErrorCode::too_many);
}

TEST_F(UseRules, TheUseAfterTheLastOfTheDayIsRefused) {
    office.rules().daily = 3;
    facts.uses_today = 2;
    EXPECT_TRUE(use());
    facts.uses_today = 3;
    expect_rule(use(), "daily-limit", ErrorCode::too_many);
}

TEST_F(UseRules, APermitCarriesTheLimitsThatAreCountedAgain) {
    office.rules().rate = Rate{5, seconds(60)};
    office.rules().daily = 3;
    const auto permit = use();
    ASSERT_TRUE(permit);
    ASSERT_EQ(permit->limits().size(), 2U);
    EXPECT_EQ(permit->limits()[0].since, office.now - seconds(60) + milliseconds(1));
    EXPECT_EQ(permit->limits()[1].since, test::at("2026-11-23T00:00:00Z"));
}

TEST_F(UseRules, TrainingMustNotBeOver) {
    office.rules().training = "seal-use-2026";
    expect_rule(use(), "training-required");
    facts.training.push_back({test::id("li.na"), "seal-use-2026", office.now, test::id("zhao.min")});
    expect_rule(use(), "training-required");
    facts.training[0].until = office.now + milliseconds(1);
    EXPECT_TRUE(use());
    facts.training[0].course = "seal-use-2025";
    expect_rule(use(), "training-required");
}

TEST_F(UseRules, OneFileMoreThanAllowedIsRefused) {
    office.rules().max_files = 2;
    EXPECT_TRUE(use({"a", "b"}));
    expect_rule(use({"a", "b", "c"}), "too-many-files");
}

TEST_F(UseRules, ADigestThatIsNotListedIsRefused) {
    office.rules().digests = {DigestAlgorithm::sha384};
    expect_rule(use(), "digest-not-allowed");
    office.rules().digests = {DigestAlgorithm::sha256};
    EXPECT_TRUE(use());
}

TEST_F(UseRules, ADocumentTypeThatIsNotListedIsRefusedWhenApplying) {
    const auto objections = [&] {
        return application_objections(office.caller("li.na"), office.application(), office.seal, facts, office.policy, office.now);
    };
    EXPECT_TRUE(objections().empty());
    office.rules().document_types = {"lease"};
    ASSERT_EQ(objections().size(), 1U);
    EXPECT_EQ(objections()[0].rule, "document-type-not-allowed");
    office.rules().document_types = {"lease", "sales contract"};
    EXPECT_TRUE(objections().empty());
}

TEST_F(UseRules, ARevokedApprovalIsRefused) {
    SealFacts all{office.seal, {}, {}, {"jti-1"}, facts};
    const auto request = office.request(office.both_tokens());
    expect_rule(authorise(office.caller("li.na"), request, all, office.policy, office.now), "approval-revoked");
}

TEST_F(UseRules, MoreAtOnceThanAWholeLimitIsRefusedForGood) {
    office.rules().rate = Rate{2, seconds(60)};
    expect_rule(use({"a", "b", "c"}), "rate-limit", ErrorCode::refused);
    EXPECT_NE(use({"a", "b", "c"}).error().message.find("hand in fewer"), std::string::npos);
    office.rules().rate.reset();
    office.rules().daily = 2;
    expect_rule(use({"a", "b", "c"}), "daily-limit", ErrorCode::refused);
}

TEST_F(UseRules, TheDailyLimitSaysWhenTheNextDayBegins) {
    office.policy.calendar.utc_offset = std::chrono::hours(8);
    office.now = test::at("2026-11-23T17:00:00Z");  // one in the morning of the 24th there
    office.rules().daily = 3;
    facts.uses_today = 3;
    const auto refused = moment_objections(office.rules(), office.policy.calendar, facts, 1, office.now);
    ASSERT_EQ(refused.size(), 1U);
    EXPECT_EQ(refused[0].missing, (std::vector<std::string>{"time: from " + to_rfc3339(test::at("2026-11-24T16:00:00Z"))}));
}

}  // namespace
}  // namespace seald
