#include "daemon/store/application_table.hpp"

#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class ApplicationTable : public TableTest {};

TEST_F(ApplicationTable, NumbersCountUpWithinTheirYear) {
    EXPECT_EQ(next_application_number(db, 2026).value(), ApplicationNumber::make(2026, 1));
    insert_application(db, sample_application(1)).value();
    insert_application(db, sample_application(7)).value();
    EXPECT_EQ(next_application_number(db, 2026).value(), ApplicationNumber::make(2026, 8));
    EXPECT_EQ(next_application_number(db, 2027).value(), ApplicationNumber::make(2027, 1));
}

TEST_F(ApplicationTable, ComesBackWithDocumentsAndDecisionsInOrder) {
    const auto application = sample_application(1, {document("z"), document("a"), document("z")});
    insert_application(db, application).value();
    add_decision(db, application.number, sample_decision(Decision::return_, "page 3 is missing"), "jti-2", 11).value();
    add_decision(db, application.number, sample_decision(), "jti-1", 10).value();
    const auto found = find_application(db, application.number).value().value();
    EXPECT_EQ(found.seal, application.seal);
    EXPECT_EQ(found.applicant, application.applicant);
    EXPECT_EQ(found.department, application.department);
    EXPECT_EQ(found.purpose, application.purpose);
    EXPECT_EQ(found.type, application.type);
    EXPECT_EQ(found.format, SignatureFormat::raw);
    EXPECT_EQ(found.state, ApplicationState::submitted);
    EXPECT_EQ(found.submitted_at, noon);
    ASSERT_EQ(found.documents.size(), 3U);
    EXPECT_EQ(found.documents[0].name, "z.pdf");
    EXPECT_EQ(found.documents[1].digest, digest_of("a"));
    EXPECT_EQ(found.documents[1].size, 7U);
    EXPECT_EQ(found.documents[1].media_type, "application/pdf");
    ASSERT_EQ(found.decisions.size(), 2U);
    EXPECT_EQ(found.decisions[0].decision, Decision::approve);
    EXPECT_EQ(found.decisions[1].reason, "page 3 is missing");
    EXPECT_EQ(found.decisions[1].jws, "a.b.c");
    EXPECT_EQ(found.decisions[1].expires_at, noon + std::chrono::hours(72));
}

TEST_F(ApplicationTable, AnUnknownNumberIsAbsent) {
    EXPECT_FALSE(find_application(db, ApplicationNumber::make(2026, 9)).value().has_value());
}

TEST_F(ApplicationTable, ANumberIsGivenOnce) {
    insert_application(db, sample_application()).value();
    EXPECT_EQ(error_of(insert_application(db, sample_application())).rule, "application-number-taken");
}

TEST_F(ApplicationTable, AnApplicationForNoSealIsRefused) {
    auto application = sample_application();
    application.seal = seal_name("nobody");
    EXPECT_EQ(error_of(insert_application(db, application)).rule, "store-rule");
}

TEST_F(ApplicationTable, ListsNewestFirstWithinTheFilter) {
    for (const unsigned sequence : {1U, 2U, 3U, 10'000U}) insert_application(db, sample_application(sequence)).value();
    auto others = sample_application(4);
    others.applicant = person("zhao.lei");
    others.department.reset();
    insert_application(db, others).value();
    set_application_state(db, ApplicationNumber::make(2026, 3), ApplicationState::submitted,
                          ApplicationState::withdrawn)
        .value();

    const auto sequences = [&](ApplicationFilter filter) {
        const auto listed = list_applications(db, filter).value();
        std::vector<unsigned> numbers;
        for (const auto& each : listed) numbers.push_back(each.number.sequence());
        return numbers;
    };
    EXPECT_EQ(sequences({}), (std::vector<unsigned>{10'000, 4, 3, 2, 1}));
    EXPECT_EQ(sequences({.applicant = person("li.na")}), (std::vector<unsigned>{10'000, 3, 2, 1}));
    EXPECT_EQ(sequences({.applicant = person("li.na"), .only_open = true}), (std::vector<unsigned>{10'000, 2, 1}));
    EXPECT_EQ(sequences({.only_open = true, .limit = 2}), (std::vector<unsigned>{10'000, 4}));
    EXPECT_EQ(list_applications(db, {.limit = 1}).value().front().documents.size(), 2U);
}

TEST_F(ApplicationTable, AStateChangesOnlyFromTheExpectedOne) {
    insert_application(db, sample_application()).value();
    const auto number = ApplicationNumber::make(2026, 1);
    set_application_state(db, number, ApplicationState::submitted, ApplicationState::approved).value();
    const auto error =
        error_of(set_application_state(db, number, ApplicationState::submitted, ApplicationState::withdrawn));
    EXPECT_EQ(error.rule, "application-changed");
    EXPECT_EQ(find_application(db, number).value()->state, ApplicationState::approved);
}

TEST_F(ApplicationTable, OneTokenIsOneDecision) {
    insert_application(db, sample_application(1)).value();
    insert_application(db, sample_application(2)).value();
    add_decision(db, ApplicationNumber::make(2026, 1), sample_decision(), "jti-1", 10).value();
    EXPECT_EQ(error_of(add_decision(db, ApplicationNumber::make(2026, 2), sample_decision(), "jti-1", 11)).rule,
              "approval-id-reused");
}

TEST_F(ApplicationTable, ADecisionThatTheLedgerDoesNotKnowIsRefused) {
    insert_application(db, sample_application()).value();
    EXPECT_EQ(error_of(add_decision(db, ApplicationNumber::make(2026, 1), sample_decision(), "jti-1", 9999)).rule,
              "store-rule");
}

TEST_F(ApplicationTable, WhoSaysNoSaysWhy) {
    insert_application(db, sample_application()).value();
    EXPECT_EQ(
        error_of(add_decision(db, ApplicationNumber::make(2026, 1), sample_decision(Decision::reject), "jti-1", 10)).rule,
        "store-rule");
}

TEST_F(ApplicationTable, HandedInAgainItIsOfTheDepartmentOfThen) {
    auto application = sample_application();
    insert_application(db, application).value();
    set_application_state(db, application.number, ApplicationState::submitted, ApplicationState::returned).value();
    application.round = 2;
    application.department = Department::decode("finance").value();
    hand_in_again(db, application).value();
    EXPECT_EQ(find_application(db, application.number).value()->department, application.department);
}

TEST_F(ApplicationTable, ASealedOneWaitsForNobodyOnceNothingIsUnderWay) {
    const auto application = sample_application();
    insert_application(db, application).value();
    auto intent = sample_intent(4);
    intent.application = application.number;
    insert_intent(db, intent).value();
    close_sealed(db, application.number).value();
    EXPECT_EQ(count_open(db).value(), 1U) << "a signature is under way";
    finish_intent(db, 4, IntentState::done, 5, Bytes{1}).value();
    close_sealed(db, application.number).value();
    EXPECT_EQ(count_open(db).value(), 0U);
    EXPECT_EQ(find_application_state(db, application.number).value(), ApplicationState::sealed);
}

}  // namespace
}  // namespace seald::test
