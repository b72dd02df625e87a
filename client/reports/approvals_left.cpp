#include "client/reports/approvals_left.hpp"

#include <set>

#include "core/approval.hpp"

namespace seald::reports {
namespace {

// An intent whose outcome gave the use back did not use anything.
std::set<std::string> given_back(const Entries& entries) {
    std::set<std::string> intents;
    for (const auto& entry : entries)
        if (entry.is("outcome") && (entry.text("result") == "failed" || entry.text("result") == "discarded")) intents.insert(entry.text("intent"));
    return intents;
}

void count_uses(const Entries& entries, const std::set<std::string>& not_used, std::map<std::string, std::uint64_t>& uses) {
    for (const auto& entry : entries) {
        if (!entry.is("intent") || not_used.contains(std::to_string(entry.index))) continue;
        const auto* approvals = entry.fields.get_object().if_contains("approvals");
        if (approvals == nullptr || !approvals->is_array()) continue;
        for (const auto& grant : approvals->get_array())
            if (const auto* id = grant.is_object() ? grant.get_object().if_contains("id") : nullptr; id != nullptr && id->is_string())
                ++uses[std::string(id->get_string())];
    }
}

Result<Approval> approval_in(const Entry& entry) {
    const auto jws = decode_jws(entry.text("approval"));
    if (!jws) return jws.error();
    return decode_unverified_approval(*jws);  // it was verified before it was recorded
}

}  // namespace

std::vector<ApprovalLeft> approvals_left(const Entries& entries, const Entries& later, Timestamp now) {
    std::map<std::string, std::uint64_t> uses;
    auto not_used = given_back(entries);
    not_used.merge(given_back(later));
    count_uses(entries, not_used, uses);
    count_uses(later, not_used, uses);
    std::vector<ApprovalLeft> left;
    for (const auto& entry : entries) {
        if (!entry.is("decision") || entry.text("decision") != "approve") continue;
        const auto approval = approval_in(entry);
        if (!approval) continue;
        ApprovalLeft each{.id = approval->id,
                          .approver = approval->issuer.str(),
                          .application = entry.text("application"),
                          .seal = entry.text("seal"),
                          .documents = approval->quota_uses.value_or(static_cast<unsigned>(approval->documents.size())),
                          .used = uses[approval->id],
                          .expired = approval->expires_at <= now};
        if (each.used < each.documents) left.push_back(std::move(each));
    }
    return left;
}

}  // namespace seald::reports
