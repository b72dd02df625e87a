#include "daemon/policy/coverage.hpp"

#include <algorithm>

namespace seald {

namespace {

template <class Listed>
DigestCounts count(const std::vector<Listed>& documents) {
    DigestCounts counts;
    for (const Listed& document : documents) ++counts[document.digest];
    return counts;
}

struct Weighed {  // an approval with what it lists
    const CheckedApproval* checked;
    DigestCounts listed;
};

std::string words(const Digest& digest) { return std::string(to_string(digest.algorithm())) + ":" + digest.hex(); }

void object_to_documents(std::vector<Error>& objections, const Weighed& approval, const DigestCounts& wanted) {
    if (approval.checked->approval.quota_uses) return;  // it lists none
    for (const auto& [digest, times] : wanted) {
        const auto listed = approval.listed.find(digest);
        const unsigned allowed = listed == approval.listed.end() ? 0 : listed->second;
        if (times <= allowed) continue;
        const std::string by = "the approval by " + approval.checked->approval.issuer.str();
        objections.push_back(refusal("approval-document", allowed == 0
                                                              ? by + " does not list the document " + words(digest)
                                                              : by + " lists the document " + words(digest) + " " +
                                                                    std::to_string(allowed) +
                                                                    " times; asked for: " + std::to_string(times)));
    }
}

struct SpentIndex {
    std::map<std::pair<std::string_view, Digest>, unsigned> by_document;
    std::map<std::string_view, unsigned> by_approval;
};

SpentIndex index(const std::vector<SpentUse>& spent) {
    SpentIndex counts;
    for (const SpentUse& use : spent) {
        counts.by_document[{use.approval_id, use.document}] += use.count;
        counts.by_approval[use.approval_id] += use.count;
    }
    return counts;
}

// A quota counts uses, whatever the document.
bool quota_used_up(const Approval& approval, std::size_t wanted, const SpentIndex& spent) {
    const auto before = spent.by_approval.find(approval.id);
    const std::size_t used = before == spent.by_approval.end() ? 0 : before->second;
    return used + wanted > *approval.quota_uses;
}

// The first wanted document for which this approval, which lists documents, has not enough uses left; null when it covers all.
const Digest* used_up(const Weighed& approval, const DigestCounts& wanted, const SpentIndex& spent) {
    for (const auto& [digest, times] : wanted) {
        const auto before = spent.by_document.find({approval.checked->approval.id, digest});
        const unsigned used = before == spent.by_document.end() ? 0 : before->second;
        const auto listed = approval.listed.find(digest);
        const unsigned allowed = listed == approval.listed.end() ? 0 : listed->second;
        if (times > allowed) continue;  // object_to_documents() says so
        if (used > allowed - times) return &digest;
    }
    return nullptr;
}

struct Choice {
    std::vector<const Weighed*> counted;
    std::vector<Error> objections;
    std::vector<std::string> missing;
};

// Takes the first approvals with uses left; more persons than needed are welcome and not used up.
void choose(Choice& choice, const Step& step, const std::vector<Weighed>& approvals, const DigestCounts& wanted,
            const SpentIndex& spent, const CoverageQuestion& question, const std::set<PersonId>& decided) {
    unsigned given = 0, chosen = 0;
    const Digest* sealed = nullptr;
    bool quota = false;
    for (const Weighed& approval : approvals) {
        if (approval.checked->approval.step != step.name) continue;
        ++given;
        const bool counts_uses = approval.checked->approval.quota_uses.has_value();
        // Who only asks whether he could names no document yet: one use at least.
        const bool too_many = counts_uses && quota_used_up(approval.checked->approval, std::max<std::size_t>(1, question.documents.size()), spent);
        const Digest* digest = counts_uses ? nullptr : used_up(approval, wanted, spent);
        if (too_many || digest != nullptr) {
            sealed = digest;
            quota = counts_uses;
        } else if (chosen < step.count) {
            choice.counted.push_back(&approval);
            ++chosen;
        }
    }
    if (given < step.count) {
        const auto who = who_could_take(step, question.terms.context(), decided);
        choice.missing.push_back(missing_line(step, step.count - given, who));
    } else if (chosen < step.count && choice.objections.empty()) {
        choice.objections.push_back(
            quota ? conflict("quota-used-up", "not so many uses are left of what was approved: a new approval is needed")
                  : conflict("already-sealed", "the document " + words(*sealed) +
                                           " was already sealed as often as was approved: a new "
                                           "approval is needed"));
    }
}

PermittedUse permit_use(const Document& document, const std::vector<const Weighed*>& counted) {
    PermittedUse use{document, {}};
    for (const Weighed* weighed : counted) {
        const Approval& approval = weighed->checked->approval;
        use.grants.push_back({.approval_id = approval.id,
                              .token_digest = weighed->checked->token_digest,
                              .approver = approval.issuer,
                              .step = approval.step,
                              .allowed = approval.quota_uses ? *approval.quota_uses : weighed->listed.at(document.digest),
                              .counts_any_document = approval.quota_uses.has_value(),
                              .expires_at = approval.expires_at});
    }
    return use;
}

}  // namespace

DigestCounts count_digests(const std::vector<Document>& documents) { return count(documents); }
DigestCounts count_digests(const std::vector<ApprovedDocument>& documents) { return count(documents); }

std::vector<Error> separation_objections(const std::vector<CheckedApproval>& approvals) {
    std::vector<Error> objections;
    std::set<PersonId> persons;
    std::set<std::string_view> keys, ids;
    for (const CheckedApproval& checked : approvals) {
        const Approval& approval = checked.approval;
        // Who acts for somebody takes that person's place too: both together are one.
        const bool new_issuer = persons.insert(approval.issuer).second;
        const bool new_person = (checked.seat == approval.issuer || persons.insert(checked.seat).second) && new_issuer;
        const bool new_key = keys.insert(checked.key_thumbprint).second;
        if (!new_person || !new_key) {
            objections.push_back(refusal("approval-same-person",
                                         approval.issuer.str() + " approved more than once: a person counts once over "
                                                                 "all steps"));
        } else if (!ids.insert(approval.id).second) {
            objections.push_back(
                refusal("approval-id-repeated", "two approvals have the same id (jti): each needs its own"));
        }
    }
    return objections;
}

Coverage cover(const CoverageQuestion& question) {
    Coverage coverage{{}, separation_objections(question.approvals)};
    const DigestCounts wanted = count_digests(question.documents);
    const SpentIndex spent = index(question.spent);
    std::vector<Weighed> approvals;
    std::set<PersonId> decided;
    for (const CheckedApproval& checked : question.approvals) {
        approvals.push_back({&checked, count_digests(checked.approval.documents)});
        object_to_documents(coverage.objections, approvals.back(), wanted);
        decided.insert(checked.approval.issuer);
        decided.insert(checked.seat);
    }
    Choice choice;
    for (const Step& step : question.terms.rules.steps) {
        choose(choice, step, approvals, wanted, spent, question, decided);
    }
    std::move(choice.objections.begin(), choice.objections.end(), std::back_inserter(coverage.objections));
    if (!choice.missing.empty()) {
        coverage.objections.push_back(refusal("approval-missing",
                                              "not every step of the policy of seal " + question.terms.seal.str() +
                                                  " is approved; missing is " + choice.missing.front(),
                                              choice.missing));
    }
    if (!coverage.objections.empty()) return coverage;
    for (const Document& document : question.documents) coverage.uses.push_back(permit_use(document, choice.counted));
    return coverage;
}

}  // namespace seald
