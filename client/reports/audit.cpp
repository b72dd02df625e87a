#include "client/reports/audit.hpp"

#include <set>

#include "client/answer_reader.hpp"
#include "client/reports/approvals_left.hpp"

namespace seald::reports {
namespace {

constexpr auto near_expiry = std::chrono::days(60);

std::string number(std::uint64_t value) { return std::to_string(value); }

Section ledger_section(const AuditInput& input) {
    Section section{.id = "ledger", .title = "The ledger"};
    for (const auto& check : input.ledger) section.lines.push_back(std::string(to_string(check.outcome)) + ": " + check.name + ", " + check.words);
    return section;
}

Section uses_per_seal(const Entries& entries) {
    std::map<std::string, std::map<std::string, std::uint64_t>> results;
    Tally sealed;
    for (const auto& entry : entries) {
        if (!entry.is("outcome")) continue;
        ++results[entry.text("seal")][entry.text("result")];
        if (entry.text("result") == "signed") sealed.add(entry.text("seal"));
    }
    Table table{{"seal", "signed", "failed", "discarded", "unknown"}, {}};
    for (auto& [seal, counts] : results)
        table.rows.push_back({seal, number(counts["signed"]), number(counts["failed"]), number(counts["discarded"]), number(counts["unknown"])});
    return {.id = "uses_per_seal", .title = "Uses per seal", .table = std::move(table), .bars = sealed.bars("uses")};
}

Section uses_per_person(const Entries& entries) {
    Tally tally;
    for (const auto& entry : entries)
        if (entry.is("outcome") && entry.text("result") == "signed") tally.add(entry.text("caller.id") + "\n" + entry.text("seal"));
    Table table{{"person", "seal", "uses"}, {}};
    for (const auto& [key, count] : tally.by_frequency())
        table.rows.push_back({key.substr(0, key.find('\n')), key.substr(key.find('\n') + 1), number(count)});
    return {.id = "uses_per_person", .title = "Uses per person", .table = std::move(table)};
}

Section refusals(const Entries& entries) {
    Tally rules;
    std::map<std::string, std::set<std::string>> persons;
    for (const auto& entry : entries) {
        if (!entry.is("refusal")) continue;
        const std::string rule = entry.text("rule").empty() ? entry.text("code") : entry.text("rule");
        rules.add(rule);
        persons[rule].insert(entry.text("caller.id"));
    }
    Table table{{"rule", "refusals", "persons"}, {}};
    for (const auto& [rule, count] : rules.by_frequency()) {
        std::string names;
        for (const auto& person : persons[rule]) names += (names.empty() ? "" : ", ") + person;
        table.rows.push_back({rule, number(count), names});
    }
    return {.id = "refusals", .title = "Refusals and their rules", .table = std::move(table), .bars = rules.bars("refusals")};
}

Section out_of_hours(const AuditInput& input) {
    Table table{{"entry", "time", "person", "seal", "document"}, {}};
    for (const auto& entry : input.entries)
        if (entry.is("outcome") && entry.text("result") == "signed" && !input.hours.contain(entry.time))
            table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("caller.id"), entry.text("seal"), entry.text("document.name")});
    return {.id = "out_of_hours", .title = "Uses outside office hours", .table = std::move(table)};
}

Section approvals_section(const AuditInput& input) {
    Table table{{"approval", "approver", "application", "seal", "documents", "used", "state"}, {}};
    for (const auto& left : approvals_left(input.entries, input.later, input.now))
        table.rows.push_back({left.id, left.approver, left.application, left.seal, number(left.documents), number(left.used), left.expired ? "expired" : "open"});
    return {.id = "unused_approvals", .title = "Approvals that were not used, or not all of them", .table = std::move(table)};
}

Section signature_counts(const Entries& entries) {
    Table table{{"entry", "time", "token", "seal", "version", "the device counted", "the ledger knows of", "result"}, {}};
    for (const auto& entry : entries) {
        if (!entry.is("signature-count")) continue;
        const std::string least = entry.text("recorded_at_least"), most = entry.text("recorded_at_most");
        table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("token"), entry.text("seal"), entry.text("version"), entry.text("counted"),
                              least == most ? least : least + " to " + most, entry.text("result")});
    }
    return {.id = "signature_counts", .title = "What tokens count of their signatures", .table = std::move(table)};
}

// Not yet used up as sealing is: applications that went another way.
Section applications(const Entries& entries) {
    Tally tally;
    for (const auto& entry : entries) {
        if (entry.is("application-submitted")) tally.add("submitted");
        if (entry.is("application-withdrawn")) tally.add("withdrawn");
        if (entry.is("decision")) tally.add("decisions: " + entry.text("decision"));
    }
    return {.id = "applications", .title = "Applications", .bars = tally.bars("applications")};
}

Section acts(const Entries& entries) {
    Table table{{"entry", "time", "what", "seal or token", "person", "reason"}, {}};
    for (const auto& entry : entries) {
        const std::string kind = entry.text("kind");
        if (!kind.starts_with("seal-") && kind != "token-unlock" && kind != "token-lock") continue;
        const std::string object = entry.text("seal").empty() ? entry.text("token") : entry.text("seal");
        const std::string result = entry.text("result");
        table.rows.push_back({number(entry.index), to_rfc3339(entry.time), kind + (result.empty() ? "" : ", " + result), object, entry.text("caller.id"), entry.text("reason")});
    }
    return {.id = "acts", .title = "What was done to seals and tokens", .table = std::move(table)};
}

Section seals(const AuditInput& input) {
    Table table{{"seal", "title", "state", "custodian", "valid until", "remark"}, {}};
    for (const auto& seal : input.seals) {
        const std::string until = shown_field(seal, "certificate.not_after");
        const auto end = decode_rfc3339(until);
        std::string remark = until.empty() ? "no certificate" : "";
        if (end && *end < input.now) remark = "expired";
        else if (end && *end < input.now + near_expiry) remark = "expires soon";
        table.rows.push_back({shown_field(seal, "name"), shown_field(seal, "title"), shown_field(seal, "state"), shown_field(seal, "custodian"), until.substr(0, 10), remark});
    }
    return {.id = "seals", .title = "Seals today", .table = std::move(table)};
}

Section tokens(const AuditInput& input) {
    Table table{{"token", "serial", "manufacturer", "model", "firmware", "state", "pin"}, {}};
    for (const auto& token : input.tokens)
        table.rows.push_back({shown_field(token, "name"), shown_field(token, "serial"), shown_field(token, "manufacturer"), shown_field(token, "model"),
                              shown_field(token, "firmware"), shown_field(token, "state"), shown_field(token, "pin")});
    return {.id = "tokens", .title = "Tokens today", .table = std::move(table)};
}

Section sign_offs(const AuditInput& input) {
    Table table{{"entry", "time", "auditor", "report sha256", "remarks"}, {}};
    for (const auto& entry : input.sign_offs)
        if (entry.text("period") == input.period.name)
            table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("caller.id"), entry.text("report_sha256"), entry.text("remarks")});
    return {.id = "sign_offs", .title = "Signed off by", .table = std::move(table)};
}

}  // namespace

Document audit(const AuditInput& input) {
    return {.kind = "audit",
            .title = "Audit of the use of seals (用印審計), " + input.period.name,
            .facts = {{"period", describe(input.period)}, {"made at", to_rfc3339(input.now)}, {"entries", number(input.entries.size())}},
            .sections = {ledger_section(input), uses_per_seal(input.entries), uses_per_person(input.entries), refusals(input.entries), out_of_hours(input),
                         applications(input.entries), approvals_section(input), acts(input.entries), signature_counts(input.entries), seals(input), tokens(input), sign_offs(input)}};
}

}  // namespace seald::reports
