#include "daemon/policy/issuer_rules.hpp"

#include <algorithm>

namespace seald {

namespace {

template <class List>
std::string joined(const List& words) {
    std::string text;
    for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string names(const std::set<SealName>& seals) {
    std::vector<std::string> words;
    for (const SealName& seal : seals) words.push_back(seal.str());
    return joined(words);
}

// Either of these would make it pass.
std::vector<std::string> ways_out(const PersonId& issuer, const std::string& what) {
    return {"an approval by somebody who may approve " + what + ", or a wider limit of [[issuer]] " + issuer.str() + " in the configuration"};
}

bool allows_purpose(const IssuerLimits& limits, std::string_view purpose) {
    return limits.purposes.empty() || std::ranges::any_of(limits.purposes, [&](const std::string& pattern) { return matches_purpose(pattern, purpose); });
}

Error other_purpose(const PersonId& issuer, const IssuerLimits& limits, const std::string& which) {
    return refusal("issuer-purpose", "approvals by " + issuer.str() + " are for the purposes " + joined(limits.purposes) + "; " + which,
                   ways_out(issuer, "this purpose"));
}

}  // namespace

bool matches_purpose(std::string_view pattern, std::string_view purpose) {
    std::size_t p = 0, t = 0, star = pattern.npos, after_star = 0;  // goes back to the last star only: never more than lengths multiplied
    while (t < purpose.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            star = p++;
            after_star = t;
        } else if (p < pattern.size() && pattern[p] == purpose[t]) {
            ++p;
            ++t;
        } else if (star != pattern.npos) {
            p = star + 1;
            t = ++after_star;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

Result<void> check_issuer_limits(const Approval& approval, const ApprovalTerms& terms) {
    const Person* issuer = terms.policy.find_person(approval.issuer);
    if (issuer == nullptr || !issuer->outside) return {};
    const IssuerLimits& limits = *issuer->outside;
    if (!limits.seals.empty() && !limits.seals.contains(terms.seal))
        return refusal("issuer-seal", "approvals by " + issuer->id.str() + " are for the seals " + names(limits.seals) + ", not for " + terms.seal.str(),
                       ways_out(issuer->id, "seal " + terms.seal.str()));
    const std::string kind(to_string(terms.kind));
    if (!limits.kinds.empty() && !limits.kinds.contains(kind))
        return refusal("issuer-kind", "approvals by " + issuer->id.str() + " are for seals of the kinds " + joined(limits.kinds) + ", not " + kind,
                       ways_out(issuer->id, "seals of the kind " + kind));
    if (!allows_purpose(limits, approval.purpose))
        return other_purpose(issuer->id, limits, approval.purpose.empty() ? "this one says no purpose" : "this one says another");
    return {};
}

std::vector<IssuerCount> find_issuers(const std::vector<PermittedUse>& uses, const Policy& policy, Timestamp now) {
    std::vector<IssuerCount> issuers;
    if (uses.empty()) return issuers;
    // Every document of a request rests on the same approvals.
    for (const Grant& grant : uses.front().grants) {
        const Person* issuer = policy.find_person(grant.approver);
        if (issuer != nullptr && issuer->outside) issuers.push_back({issuer->id, start_of_day(policy.calendar, now), issuer->outside->daily});
    }
    return issuers;
}

Result<void> check_issuer_daily(const IssuerCount& issuer, unsigned used, std::size_t wanted) {
    if (!issuer.daily || used + wanted <= *issuer.daily) return {};
    const std::string limit = "approvals by " + issuer.issuer.str() + " count for " + std::to_string(*issuer.daily) + " uses a day";
    if (wanted > *issuer.daily)  // that does not pass tomorrow either
        return refusal("issuer-daily-limit", limit + ": hand in fewer files at once", {"fewer files: at most " + std::to_string(*issuer.daily) + " at once"});
    return Error{.code = ErrorCode::too_many,
                 .message = limit + ", and today " + std::to_string(used) + " were used",
                 .rule = "issuer-daily-limit",
                 .missing = {"time: from " + to_rfc3339(issuer.since + std::chrono::hours(24)), ways_out(issuer.issuer, "this").front()},
                 .retry = true};
}

std::vector<Error> issuer_objections(const std::vector<IssuerCount>& issuers, const SealRequest& request, const SealFacts& facts, const Policy& policy) {
    std::vector<Error> objections;
    for (const IssuerCount& each : issuers) {
        const IssuerLimits& limits = *policy.find_person(each.issuer)->outside;
        if (!request.purpose.empty() && !allows_purpose(limits, request.purpose))
            objections.push_back(other_purpose(each.issuer, limits, "the request gives another"));
        const auto used = facts.issued.find(each.issuer);
        if (auto within = check_issuer_daily(each, used == facts.issued.end() ? 0 : used->second, std::max<std::size_t>(1, request.documents.size())); !within)
            objections.push_back(within.error());
    }
    return objections;
}

}  // namespace seald
