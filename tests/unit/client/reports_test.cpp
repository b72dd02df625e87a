// Reports from a ledger of a few entries, and their three shapes.
#include <gtest/gtest.h>

#include <cstdlib>

#include "client/answer_reader.hpp"
#include "client/reports/approvals_left.hpp"
#include "client/reports/audit.hpp"
#include "client/reports/compromise.hpp"
#include "client/reports/evaluation.hpp"
#include "core/approval.hpp"

namespace seald::reports {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

// A Monday, 10:00 in UTC.
const Timestamp monday = decode_rfc3339("2026-11-23T10:00:00Z").value();

class Reports : public testing::Test {
  protected:
    Reports() { ::setenv("TZ", "UTC", 1); }

    void add(const std::string& kind, Timestamp time, json::object fields) {
        fields["kind"] = kind;
        fields["time"] = to_rfc3339(time);
        entries.push_back({entries.size(), time, std::move(fields)});
    }
    void use(const std::string& person, const std::string& result, Timestamp time = monday, const std::string& approval = "a-1") {
        add("intent", time, {{"caller", {{"id", person}, {"uid", 2001}, {"executable", "/usr/bin/sealctl"}}}, {"seal", "contract"},
                             {"approvals", json::array{json::object{{"id", approval}, {"approver", "wang.fang"}, {"step", "review"}}}}});
        add("outcome", time, {{"caller", {{"id", person}}}, {"seal", "contract"}, {"result", result}, {"intent", entries.size() - 1},
                              {"application", "A-2026-0001"}, {"document", {{"name", "合同 <1>.pdf"}, {"digest", "sha256:aa"}}}});
    }
    void approve(const std::string& id, unsigned documents, Timestamp expires) {
        static const auto key = PrivateKey::generate(KeyAlgorithm::ed25519).value();
        Approval approval{.issuer = PersonId::decode("wang.fang").value(), .audience = "d", .applicant = PersonId::decode("li.na").value(), .id = id,
                          .issued_at = monday - 24h, .not_before = monday - 24h, .expires_at = expires, .application = {},
                          .seal = SealName::decode("contract").value(), .step = StepName::decode("review").value(), .decision = Decision::approve,
                          .documents = {}, .quota_uses = {}, .purpose = {}, .reason = {}};
        for (unsigned i = 0; i < documents; ++i)
            approval.documents.push_back({Digest::of(DigestAlgorithm::sha256, as_bytes(std::to_string(i))), "f"});
        add("decision", monday, {{"decision", "approve"}, {"seal", "contract"}, {"application", "A-2026-0001"}, {"approval", sign_approval(approval, key).value()}});
    }
    Document audit_now() {
        return audit({.period = decode_quarter("2026Q4").value(), .hours = OfficeHours::decode("Mon-Fri 08:00-18:00").value(), .now = monday,
                      .entries = entries, .later = {}, .sign_offs = {}, .seals = seals, .tokens = {}, .ledger = {{"tree", Outcome::passed, "good"}}});
    }
    static const Table& table_of(const Document& document, const std::string& id) {
        for (const auto& section : document.sections)
            if (section.id == id) return section.table.value();
        throw std::runtime_error("no section " + id);
    }
    Entries entries;
    json::array seals;
};

using Rows = std::vector<std::vector<std::string>>;

TEST_F(Reports, AQuarterAndAYearAreExactPeriods) {
    const auto quarter = decode_quarter("2026Q4").value();
    EXPECT_EQ(to_rfc3339(quarter.from), "2026-10-01T00:00:00.000Z");
    EXPECT_EQ(to_rfc3339(quarter.until), "2027-01-01T00:00:00.000Z");
    EXPECT_EQ(describe(quarter), "2026-10-01 to 2026-12-31 (UTC)");
    EXPECT_EQ(to_rfc3339(decode_quarter("2026Q1").value().until), "2026-04-01T00:00:00.000Z");
    EXPECT_EQ(describe(decode_year("2024").value()), "2024-01-01 to 2024-12-31 (UTC)");
    for (const char* text : {"", "2026", "2026Q5", "2026Q0", "26Q1", "2026Q4 "}) EXPECT_FALSE(decode_quarter(text)) << text;
    EXPECT_FALSE(decode_year("2026Q1"));
}

TEST_F(Reports, OfficeHoursEndAtTheirMinute) {
    const auto hours = OfficeHours::decode("Mon-Fri 08:00-18:00").value();
    EXPECT_TRUE(hours.contain(monday));
    EXPECT_TRUE(hours.contain(monday - 2h));
    EXPECT_FALSE(hours.contain(monday - 2h - 1min));
    EXPECT_TRUE(hours.contain(monday + 8h - 1min));
    EXPECT_FALSE(hours.contain(monday + 8h));
    EXPECT_FALSE(hours.contain(monday - 24h)) << "Sunday";
    EXPECT_TRUE(OfficeHours::decode("Sat-Mon 08:00-18:00").value().contain(monday - 24h));
    ::setenv("TZ", "CST-8", 1);
    EXPECT_FALSE(hours.contain(monday)) << "18:00 in Beijing";
    for (const char* text : {"", "Mon-Fri", "Mon-Fri 18:00-08:00", "Xyz-Fri 08:00-18:00", "Mon-Fri 8:00-18:00", "Mon-Fri 08:00-24:01"})
        EXPECT_FALSE(OfficeHours::decode(text)) << text;
}

TEST_F(Reports, AnAuditCountsUsesBySealAndPersonAndRefusalsByRule) {
    use("li.na", "signed");
    use("li.na", "signed");
    use("zhao.min", "signed");
    use("zhao.min", "failed");
    add("refusal", monday, {{"rule", "approval-expired"}, {"caller", {{"id", "li.na"}}}});
    add("refusal", monday, {{"rule", "approval-expired"}, {"caller", {{"id", "zhao.min"}}}});
    add("refusal", monday, {{"code", "malformed"}, {"caller", {{"id", "li.na"}}}});
    const auto report = audit_now();
    EXPECT_EQ(table_of(report, "uses_per_seal").rows, (Rows{{"contract", "3", "1", "0", "0"}}));
    EXPECT_EQ(table_of(report, "uses_per_person").rows, (Rows{{"li.na", "contract", "2"}, {"zhao.min", "contract", "1"}}));
    EXPECT_EQ(table_of(report, "refusals").rows, (Rows{{"approval-expired", "2", "li.na, zhao.min"}, {"malformed", "1", "li.na"}}));
}

TEST_F(Reports, AnAuditShowsWhatWasSealedAtNight) {
    use("li.na", "signed", monday);
    use("li.na", "signed", monday + 12h);
    use("li.na", "failed", monday + 12h);
    const auto rows = table_of(audit_now(), "out_of_hours").rows;
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0][1], "2026-11-23T22:00:00.000Z");
}

TEST_F(Reports, AnAuditShowsSealsThatExpireSoon) {
    seals = {json::object{{"name", "old"}, {"certificate", {{"not_after", "2026-11-22T00:00:00Z"}}}},
             json::object{{"name", "soon"}, {"certificate", {{"not_after", "2027-01-21T00:00:00Z"}}}},
             json::object{{"name", "later"}, {"certificate", {{"not_after", "2027-01-23T00:00:00Z"}}}}, json::object{{"name", "bare"}}};
    const auto rows = table_of(audit_now(), "seals").rows;
    EXPECT_EQ(rows[0].back(), "expired");
    EXPECT_EQ(rows[1].back(), "expires soon");
    EXPECT_EQ(rows[2].back(), "");
    EXPECT_EQ(rows[3].back(), "no certificate");
}

TEST_F(Reports, ApprovalsAreLeftUntilEachOfTheirDocumentsIsUsed) {
    approve("a-1", 2, monday + 1h);
    approve("a-2", 1, monday - 1h);
    approve("a-3", 1, monday - 1h);
    use("li.na", "signed", monday, "a-1");
    use("li.na", "failed", monday, "a-1");  // gave it back
    use("li.na", "unknown", monday, "a-3");
    const auto left = approvals_left(entries, {}, monday);
    ASSERT_EQ(left.size(), 2u);
    EXPECT_EQ(left[0].id, "a-1");
    EXPECT_EQ(left[0].used, 1u);
    EXPECT_FALSE(left[0].expired);
    EXPECT_EQ(left[1].id, "a-2");
    EXPECT_TRUE(left[1].expired);

    const Entries decisions(entries.begin(), entries.begin() + 3);
    const Entries later(entries.begin() + 3, entries.end());
    EXPECT_EQ(approvals_left(decisions, {}, monday).size(), 3u);
    EXPECT_EQ(approvals_left(decisions, later, monday).size(), 2u) << "uses in the next quarter count, and so does giving them back";
}

TEST_F(Reports, AUseThatIsGivenBackAfterThePeriodWasNone) {
    approve("a-1", 1, monday + 1h);
    use("li.na", "failed", monday, "a-1");
    const Entries period(entries.begin(), entries.begin() + 2);
    EXPECT_EQ(approvals_left(period, {}, monday).size(), 0u);
    EXPECT_EQ(approvals_left(period, {entries[2]}, monday).size(), 1u);
}

TEST_F(Reports, AnEvaluationMeasuresTurnaroundAndIncidents) {
    add("application-submitted", monday - 10h, {{"application", "A-2026-0001"}});
    add("decision", monday - 4h, {{"application", "A-2026-0001"}, {"decision", "approve"}});
    use("li.na", "signed");
    add("application-submitted", monday, {{"application", "A-2026-0002"}});
    add("decision", monday + 2h, {{"application", "A-2026-0002"}, {"decision", "reject"}});
    add("seal-suspend", monday, {{"seal", "contract"}, {"reason", "lost key"}});
    use("li.na", "unknown");
    add("feedback-added", monday, {{"text", "too slow"}, {"caller", {{"id", "li.na"}}}});
    add("backup-drill", monday, {{"result", "failed"}, {"problem", "parts: one is missing"}, {"caller", {{"id", "sun.li"}}}});
    const auto report = evaluate({.period = decode_year("2026").value(), .now = monday, .entries = entries});
    const auto text = to_text(report);
    EXPECT_NE(text.find("from application to seal: 1, half within 10.0 h"), std::string::npos) << text;
    EXPECT_NE(text.find("from application to last decision: 2, half within 2.0 h, nine of ten within 2.0 h, the longest 6.0 h"), std::string::npos) << text;
    EXPECT_NE(text.find("2 submitted, 1 rejected or returned (50 %)"), std::string::npos) << text;
    EXPECT_EQ(table_of(report, "incidents").rows.size(), 2u);
    EXPECT_EQ(table_of(report, "feedback").rows.at(0).back(), "too slow");
    EXPECT_EQ(table_of(report, "backups").rows.at(0).back(), "failed, parts: one is missing");
}

TEST_F(Reports, ACompromiseReportNamesEveryDigestCallerAndApprover) {
    use("li.na", "signed");
    add("refusal", monday, {{"seal", "contract"}, {"rule", "not-a-user"}, {"caller", {{"id", "erp"}}}});
    const auto report = compromise({.seal = "contract", .from = "", .to = "", .now = monday, .entries = entries, .proofs = "proofs"});
    const auto& row = table_of(report, "uses").rows.at(0);
    EXPECT_EQ(row, (std::vector<std::string>{"1", "2026-11-23T10:00:00.000Z", "signed", "合同 <1>.pdf", "sha256:aa", "li.na, uid 2001, /usr/bin/sealctl",
                                             "wang.fang (review)", "A-2026-0001", "", "1.receipt"}));
    EXPECT_EQ(table_of(report, "refusals").rows.size(), 1u);
    EXPECT_EQ(entries_to_prove(entries), (std::vector<std::uint64_t>{1}));
}

TEST_F(Reports, APageNeedsNothingElseAndShowsNamesAsTheyAre) {
    use("li.na", "signed");
    const auto page = to_html(compromise({.seal = "contract", .from = "", .to = "", .now = monday, .entries = entries, .proofs = ""}));
    EXPECT_NE(page.find("合同 &lt;1&gt;.pdf"), std::string::npos);
    EXPECT_EQ(page.find("<1>"), std::string::npos);
    for (const char* outside : {"http:", "https:", "<script", "src=", "@import", "url("}) EXPECT_EQ(page.find(outside), std::string::npos) << outside;
    EXPECT_NE(to_html(audit_now()).find("<svg"), std::string::npos);
}

TEST_F(Reports, JsonHasTheTablesAsObjects) {
    use("li.na", "signed");
    const auto document = to_json(audit_now());
    const auto& row = document.at("uses_per_seal").as_object().at("rows").as_array().at(0).as_object();
    EXPECT_EQ(row.at("seal").as_string(), "contract");
    EXPECT_EQ(row.at("signed").as_string(), "1");
    EXPECT_EQ(document.at("report").as_string(), "audit");
}

}  // namespace
}  // namespace seald::reports
