#include "daemon/policy/permit.hpp"

#include <algorithm>

#include "daemon/policy/coverage.hpp"
#include "daemon/policy/decide.hpp"
#include "daemon/policy/issuer_rules.hpp"
#include "daemon/policy/proof_check.hpp"
#include "daemon/policy/user_rules.hpp"

namespace seald {

namespace {

constexpr std::size_t max_approvals = 100;  // in one request: each costs a signature verification

struct Judgement {
    std::vector<PermittedUse> uses;
    std::vector<Error> objections;
    std::vector<IssuerCount> issuers = {};
    void object(Error error) { objections.push_back(std::move(error)); }
};

Error too_large(std::string rule, const std::string& limit) {
    return {.code = ErrorCode::too_large, .message = "at most " + limit + " in one request", .rule = std::move(rule)};
}

// What a closed application says to those who would use it.
std::optional<Error> closed(const Application& application) {
    const std::string name = "application " + application.number.str();
    const auto decided = [&](Decision decision) {
        return std::any_of(application.decisions.begin(), application.decisions.end(),
                           [&](const RecordedDecision& recorded) { return recorded.decision == decision; });
    };
    if (application.state == ApplicationState::withdrawn) {
        return conflict("application-withdrawn", name + " was withdrawn: apply again");
    }
    if (application.state == ApplicationState::rejected || decided(Decision::reject)) {
        return conflict("application-rejected", name + " was rejected: see its reason, then apply again");
    }
    if (application.state == ApplicationState::returned || decided(Decision::return_)) {
        return conflict("application-returned", name + " was returned: see its reason, correct it and hand it in again");
    }
    if (application.state == ApplicationState::expired) {
        return refusal("approval-expired", "an approval of " + name + " expired before all was sealed: apply again");
    }
    return std::nullopt;
}

void judge_documents(Judgement& judgement, const SealRequest& request, const Application& application) {
    if (application.quota) return;  // any document, so many times
    const DigestCounts listed = count_digests(application.documents);
    for (const auto& [digest, times] : count_digests(request.documents)) {
        const auto found = listed.find(digest);
        if (found != listed.end() && times <= found->second) continue;
        judgement.object(refusal("document-not-in-application",
                                 "the document " + std::string(to_string(digest.algorithm())) + ":" + digest.hex() +
                                     " is not in application " + application.number.str() +
                                     (found == listed.end() ? "" : " that many times") +
                                     ": only what was applied for is sealed"));
    }
}

void judge_approvals(Judgement& judgement, const std::vector<std::string_view>& tokens, const SealRequest& request,
                     const SealFacts& facts, const ApprovalTerms& terms) {
    std::vector<CheckedApproval> approvals;
    for (const std::string_view token : tokens) {
        auto checked = check_approval(token, terms);
        if (!checked) {
            judgement.object(checked.error());
        } else if (facts.seal.approvals_void_until && checked->approval.issued_at <= *facts.seal.approvals_void_until) {
            const auto until = *facts.seal.approvals_void_until;
            judgement.object(refusal("approval-void", "the approval by " + checked->approval.issuer.str() + " is void, as all that were issued before the seal was resumed after an emergency stop" +
                                                          (until == until_resumed ? "" : " at " + to_rfc3339(until)) + ": a new one is needed"));
        } else if (std::ranges::find(facts.revoked, checked->approval.id) != facts.revoked.end()) {
            judgement.object(refusal("approval-revoked", checked->approval.issuer.str() + " revoked this approval: a new one is needed"));
        } else if (checked->approval.decision != Decision::approve) {
            judgement.object(refusal("approval-decision", "the token by " + checked->approval.issuer.str() + " says " +
                                                              std::string(to_string(checked->approval.decision)) +
                                                              ": only an approval permits"));
        } else {
            approvals.push_back(std::move(*checked));
        }
    }
    Coverage coverage = cover({request.documents, approvals, facts.spent, terms});
    std::move(coverage.objections.begin(), coverage.objections.end(), std::back_inserter(judgement.objections));
    judgement.uses = std::move(coverage.uses);
    judgement.issuers = find_issuers(judgement.uses, terms.policy, terms.now);
    for (Error& error : issuer_objections(judgement.issuers, request, facts, terms.policy)) judgement.object(std::move(error));
}

// An application that still has an open step: the same news as approval-missing, said about the application.
void name_open_application(Judgement& judgement, const Application& application, const SealPolicy& rules,
                           Timestamp now) {
    if (!open_step(application, rules, now)) return;
    for (Error& objection : judgement.objections) {
        if (objection.rule != "approval-missing") continue;
        objection.rule = "application-not-approved";
        objection.message = "application " + application.number.str() + " is " +
                            std::string(to_string(application_state(application, rules, 0, now))) + ", not approved; missing is " +
                            objection.missing.front();
    }
}

// Uses that the approvals given now do not know of: those of approvals that were revoked since.
void judge_earlier_uses(Judgement& judgement, const SealRequest& request, const Application& application, const SealFacts& facts) {
    const bool said = std::ranges::any_of(judgement.objections, [](const Error& each) { return each.rule == "already-sealed" || each.rule == "quota-used-up"; });
    if (said) return;
    const std::string name = "application " + application.number.str();
    if (application.quota) {
        std::size_t uses = std::max<std::size_t>(1, request.documents.size());
        for (const auto& [digest, times] : facts.used) uses += times;
        if (uses > application.quota->uses) judgement.object(conflict("quota-used-up", "not so many uses of " + name + " are left: apply again"));
        return;
    }
    const DigestCounts listed = count_digests(application.documents);
    for (const auto& [digest, times] : count_digests(request.documents)) {
        const auto of_application = listed.find(digest);
        const auto before = facts.used.find(digest);
        if (of_application == listed.end() || before == facts.used.end() || before->second + times <= of_application->second) continue;
        judgement.object(conflict("already-sealed", "the document " + std::string(to_string(digest.algorithm())) + ":" + digest.hex() +
                                                        " was already sealed as often as " + name + " lists it: apply again"));
        return;
    }
}

// What no further decision can repair is said with the way out.
void name_way_out(Judgement& judgement, const Application& application) {
    for (Error& objection : judgement.objections) {
        const bool lost = objection.rule == "approval-role" || objection.rule == "approval-department" || objection.rule == "approval-issuer-unknown";
        if (lost && objection.missing.empty()) objection.missing.push_back("a new application: withdraw " + application.number.str() + " and apply again");
    }
}

void judge_application(Judgement& judgement, const Caller& caller, const SealRequest& request, const SealFacts& facts,
                       const SealPolicy& rules, const Policy& policy, Timestamp now) {
    if (!facts.application || facts.application->number != *request.application) {
        return judgement.object(not_found("there is no application " + request.application->str()));
    }
    const Application& application = *facts.application;
    if (application.applicant != caller.id()) {
        return judgement.object(refusal(
            "application-of-another",
            "application " + application.number.str() + " was made by somebody else: only its applicant may use it"));
    }
    if (application.seal != request.seal) {
        return judgement.object(refusal("application-of-another-seal", "application " + application.number.str() +
                                                                           " is for seal " + application.seal.str()));
    }
    if (auto no = closed(application)) return judgement.object(std::move(*no));
    if (application.format != request.format) {
        judgement.object(refusal("application-format", "application " + application.number.str() +
                                                           " is for the format " +
                                                           std::string(to_string(application.format))));
    }
    judge_documents(judgement, request, application);
    std::vector<std::string_view> tokens;
    for (const RecordedDecision& decision : application.decisions)
        if (!decision.revoked_at) tokens.push_back(decision.jws);
    judge_approvals(
        judgement, tokens, request, facts,
        {{application.applicant, application.department}, request.seal, facts.seal.kind, rules, policy, application.number, now});
    judge_earlier_uses(judgement, request, application, facts);
    name_open_application(judgement, application, rules, now);
    name_way_out(judgement, application);
}

void judge_tokens(Judgement& judgement, const Caller& caller, const SealRequest& request, const SealFacts& facts,
                  const SealPolicy& rules, const Policy& policy, Timestamp now) {
    if (request.approvals.size() > max_approvals) {
        return judgement.object(too_large("too-many-approvals", std::to_string(max_approvals) + " approvals"));
    }
    const std::vector<std::string_view> tokens(request.approvals.begin(), request.approvals.end());
    judge_approvals(judgement, tokens, request, facts,
                    {{caller.id(), caller.department()}, request.seal, facts.seal.kind, rules, policy, std::nullopt, now});
}

// Everything but the rules about the caller.
Judgement judge_use(const Caller& caller, const SealRequest& request, const SealFacts& facts, const Policy& policy,
                    Timestamp now) {
    Judgement judgement;
    if (auto in_force = check_in_force(facts.seal, now); !in_force) judgement.object(in_force.error());
    const SealPolicy* rules = policy.find_seal_policy(facts.seal.name, facts.seal.kind);
    if (rules == nullptr) return judgement;  // user_objections() says so
    if (request.documents.size() > max_documents) {
        judgement.object(too_large("too-many-documents", std::to_string(max_documents) + " documents"));
        return judgement;
    }
    for (Error& error : document_objections(caller, *rules, facts.caller, request.documents, now)) judgement.object(std::move(error));
    for (Error& error : moment_objections(*rules, policy.calendar, facts.caller, std::max<std::size_t>(1, request.documents.size()), now)) judgement.object(std::move(error));
    if (request.application && !request.approvals.empty()) {
        judgement.object(malformed("name an application or hand in approvals, not both"));
    } else if (request.application) {
        judge_application(judgement, caller, request, facts, *rules, policy, now);
    } else {
        judge_tokens(judgement, caller, request, facts, *rules, policy, now);
    }
    return judgement;
}

// The first objection, with everything that is missing according to all of them.
Error refuse(std::vector<Error> objections) {
    Error first = std::move(objections.front());
    for (std::size_t i = 1; i < objections.size(); ++i) {
        first.missing.insert(first.missing.end(), objections[i].missing.begin(), objections[i].missing.end());
    }
    return first;
}

}  // namespace

std::vector<UseLimit> use_limits(const SealPolicy& rules, const Calendar& calendar, Timestamp now) {
    std::vector<UseLimit> limits;
    if (rules.rate) limits.push_back({"rate-limit", now - rules.rate->window + std::chrono::milliseconds(1), rules.rate->uses});
    if (rules.daily) limits.push_back({"daily-limit", start_of_day(calendar, now), *rules.daily});
    return limits;
}

Result<Permit> authorise(const Caller& caller, const SealRequest& request, const SealFacts& facts, const Policy& policy,
                         Timestamp now) {
    if (facts.seal.name != request.seal) return internal_error("authorise: facts are about another seal");
    // Whoever may not use the seal is not told who could approve.
    auto about_user = user_objections(caller, facts.seal, request.format, policy);
    if (!about_user.empty()) return std::move(about_user.front());
    if (request.documents.empty()) return malformed("a request names at least one document");
    const SealPolicy& rules = *policy.find_seal_policy(facts.seal.name, facts.seal.kind);
    auto proof = check_proof(caller, request, rules, policy, now);
    Judgement judgement = judge_use(caller, request, facts, policy, now);
    // First: without it not even an earlier signature is given back.
    if (!proof) judgement.objections.insert(judgement.objections.begin(), proof.error());
    if (!judgement.objections.empty()) return refuse(std::move(judgement.objections));
    return Permit(caller, request, facts.seal, std::move(judgement.uses), now, use_limits(rules, policy.calendar, now), policy.sha256, std::move(*proof),
                  std::move(judgement.issuers));
}

std::vector<Error> explain(const Caller& caller, const SealRequest& request, const SealFacts& facts,
                           const Policy& policy, Timestamp now) {
    if (facts.seal.name != request.seal) return {internal_error("explain: facts are about another seal")};
    auto objections = user_objections(caller, facts.seal, request.format, policy);
    if (const SealPolicy* rules = policy.find_seal_policy(facts.seal.name, facts.seal.kind))
        if (auto no = proof_objection(caller, *rules, policy)) objections.push_back(std::move(*no));
    Judgement judgement = judge_use(caller, request, facts, policy, now);
    std::move(judgement.objections.begin(), judgement.objections.end(), std::back_inserter(objections));
    return objections;
}

}  // namespace seald
