#include "client/reports/compromise.hpp"

#include <algorithm>

namespace seald::reports {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

std::string approvers_of(const Entry& intent) {
    std::string approvers;
    const auto* approvals = intent.fields.get_object().if_contains("approvals");
    if (approvals == nullptr || !approvals->is_array()) return approvers;
    for (const auto& grant : approvals->get_array()) {
        const Entry shown{.index = 0, .time = {}, .fields = grant};
        approvers += (approvers.empty() ? "" : ", ") + shown.text("approver") + " (" + shown.text("step") + ")";
    }
    return approvers;
}

std::string caller_of(const Entry& entry) {
    const std::string uid = entry.text("caller.uid");
    return entry.text("caller.id") + (uid.empty() ? "" : ", uid " + uid + ", " + entry.text("caller.executable"));
}

// With prove = "key" in the policy, the user signed the request himself; `ledger show` of the intent checks that.
std::string proven(const Entry& intent) { return intent.fields.get_object().contains("proof") ? ", proven by his own key" : ""; }

Section uses(const CompromiseInput& input) {
    std::map<std::string, const Entry*> intents;
    for (const auto& entry : input.entries)
        if (entry.is("intent")) intents[number(entry.index)] = &entry;
    Table table{{"entry", "time", "result", "document", "digest", "caller", "approvers", "application", "signature sha256", "proof"}, {}};
    for (const auto& entry : input.entries) {
        if (!entry.is("outcome")) continue;
        const auto intent = intents.find(entry.text("intent"));
        const Entry& asked = intent == intents.end() ? entry : *intent->second;
        table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("result"), entry.text("document.name"), entry.text("document.digest"),
                              caller_of(asked) + proven(asked), approvers_of(asked), entry.text("application"), entry.text("signature_sha256"),
                              input.proofs.empty() ? "" : number(entry.index) + ".receipt"});
    }
    return {.id = "uses", .title = "Every use", .table = std::move(table)};
}

Section refusals(const Entries& entries) {
    Table table{{"entry", "time", "rule", "caller", "document"}, {}};
    for (const auto& entry : entries)
        if (entry.is("refusal"))
            table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("rule"), caller_of(entry), entry.text("document.digest")});
    return {.id = "refusals", .title = "Attempts that were refused", .table = std::move(table)};
}

Section life(const Entries& entries) {
    Table table{{"entry", "time", "what", "state", "by", "reason"}, {}};
    for (const auto& entry : entries)
        if (entry.text("kind").starts_with("seal-"))
            table.rows.push_back({number(entry.index), to_rfc3339(entry.time), entry.text("kind"), entry.text("state"), entry.text("caller.id"), entry.text("reason")});
    return {.id = "life", .title = "What was done to the seal", .table = std::move(table)};
}

}  // namespace

std::vector<std::uint64_t> entries_to_prove(const Entries& entries) {
    std::vector<std::uint64_t> indices;
    for (const auto& entry : entries)
        if (entry.is("outcome")) indices.push_back(entry.index);
    return indices;
}

Document compromise(const CompromiseInput& input) {
    const auto sealed = std::ranges::count_if(input.entries, [](const Entry& entry) { return entry.is("outcome") && entry.text("result") == "signed"; });
    Document document{.kind = "compromise",
                      .title = "Uses of seal " + input.seal + " while it may have been compromised",
                      .facts = {{"from", input.from.empty() ? "the beginning" : input.from},
                                {"to", input.to.empty() ? "now" : input.to},
                                {"made at", to_rfc3339(input.now)},
                                {"signatures", std::to_string(sealed)}},
                      .sections = {uses(input), refusals(input.entries), life(input.entries)}};
    if (!input.proofs.empty()) document.facts.emplace_back("proofs", input.proofs);
    return document;
}

}  // namespace seald::reports
