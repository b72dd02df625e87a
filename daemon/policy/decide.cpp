#include "daemon/policy/decide.hpp"

#include "daemon/policy/coverage.hpp"
#include "daemon/policy/user_rules.hpp"

namespace seald {

namespace {

Result<void> check_open(const Application& application, const SealPolicy& rules, Timestamp now) {
    ApplicationState state = application.state;
    const bool undecided = state == ApplicationState::submitted || state == ApplicationState::reviewed;
    if (undecided) state = application_state(application, rules, 0, now);
    if (state == ApplicationState::submitted || state == ApplicationState::reviewed) return {};
    return conflict("decision-not-open", "application " + application.number.str() + " is " +
                                             std::string(to_string(state)) + ": no decision on it is open");
}

// Before anything else is said about a token: nobody learns about another person's.
Result<void> check_caller_is_issuer(const Caller& caller, std::string_view jws) {
    const auto approval = read_unverified_approval(jws);
    if (!approval) return approval.error();
    if (caller.kind() == Caller::Kind::person && approval->issuer == caller.id()) return {};
    return refusal("decision-by-another", "a decision is handed in by the person who signed it");
}

Result<void> check_step(const Approval& approval, const Application& application, const SealPolicy& rules,
                        Timestamp now) {
    const auto open = open_steps(application, rules, now);
    if (open.empty()) return internal_error("judge_decision: a submitted application has no open step");
    for (const OpenStep& each : open)
        if (approval.step == each.step.name) return {};
    return refusal("decision-wrong-step", "the open step of application " + application.number.str() + " is " +
                                              open.front().step.name.str() + ", not " + approval.step.str());
}

// A quota is approved as it was applied for, or not at all.
Result<void> check_quota(const Approval& approval, const Application& application) {
    const auto& quota = application.quota;
    const bool same = approval.quota_uses.has_value() == quota.has_value() &&
                      (!quota || (*approval.quota_uses == quota->uses && approval.expires_at <= quota->until));
    if (same) return {};
    return refusal("approval-quota", "an approval of application " + application.number.str() +
                                         (quota ? " grants " + std::to_string(quota->uses) + " uses until " + to_rfc3339(quota->until) + ", not more nor later"
                                                : " lists its documents and grants no number of uses"));
}

// An approval covers all that was applied for and nothing else. A rejection need not list anything.
Result<void> check_documents(const Approval& approval, const Application& application) {
    if (approval.decision != Decision::approve) return {};
    if (auto quota = check_quota(approval, application); !quota) return quota.error();
    if (count_digests(approval.documents) == count_digests(application.documents)) return {};
    return refusal("approval-document", "an approval lists exactly the documents of application " +
                                            application.number.str() + ", each as often as it was applied for");
}

// Nobody decides twice, with whatever key or token.
Result<void> check_separation(const CheckedApproval& checked, const Application& application) {
    const Approval& approval = checked.approval;
    for (const RecordedDecision& recorded : application.decisions) {
        const PersonId& seat = recorded.acting_for ? *recorded.acting_for : recorded.approver;
        const bool same = recorded.approver == approval.issuer || recorded.approver == checked.seat || seat == approval.issuer || seat == checked.seat;
        if (same && !recorded.revoked_at) {
            return refusal("approval-same-person", approval.issuer.str() + " already decided on application " +
                                                       application.number.str() +
                                                       ": a person counts once over all steps");
        }
        const auto earlier = read_unverified_approval(recorded.jws);
        if (!earlier) return internal_error("judge_decision: a recorded decision does not decode");
        if (earlier->id == approval.id) {
            return refusal("approval-id-repeated", "an earlier approval has the same id (jti): each needs its own");
        }
    }
    return {};
}

}  // namespace

std::vector<Error> application_objections(const Caller& caller, const Application& wanted, const Seal& seal, const CallerFacts& facts,
                                          const Policy& policy, Timestamp now) {
    auto objections = user_objections(caller, seal, wanted.format, policy);
    const SealPolicy* rules = policy.find_seal_policy(seal.name, seal.kind);
    if (rules == nullptr) return objections;
    for (Error& error : document_objections(caller, *rules, facts, wanted.documents, now)) objections.push_back(std::move(error));
    if (auto fits = check_document_type(*rules, wanted.type); !fits) objections.push_back(fits.error());
    if (wanted.quota && !rules->quota)
        objections.push_back(refusal("quota-not-allowed", "the policy of seal " + seal.name.str() + " grants no number of uses: name the documents"));
    if (wanted.quota && rules->quota && (wanted.quota->until <= now || wanted.quota->until > now + rules->quota_ttl))
        objections.push_back(refusal("quota-too-long", "uses may be granted for " + to_string(rules->quota_ttl) + " at most, and not for the past"));
    return objections;
}

Result<RecordedDecision> judge_decision(const Caller& caller, std::string_view jws, const Application& application,
                                        const Seal& seal, const Policy& policy, Timestamp now) {
    if (application.seal != seal.name) return internal_error("judge_decision: the application is for another seal");
    const SealPolicy* rules = policy.find_seal_policy(seal.name, seal.kind);
    if (rules == nullptr) return refusal("no-policy", "no policy says how seal " + seal.name.str() + " is approved");
    if (auto open = check_open(application, *rules, now); !open) return open.error();
    if (auto own = check_caller_is_issuer(caller, jws); !own) return own.error();
    const auto checked = check_approval(
        jws, {{application.applicant, application.department}, seal.name, seal.kind, *rules, policy, application.number, now});
    if (!checked) return checked.error();
    const Approval& approval = checked->approval;
    if (auto step = check_step(approval, application, *rules, now); !step) return step.error();
    if (auto separate = check_separation(*checked, application); !separate) return separate.error();
    if (auto listed = check_documents(approval, application); !listed) return listed.error();
    RecordedDecision decision{std::string(jws),   approval.issuer, approval.step, approval.decision, approval.reason, now,
                              approval.expires_at};
    if (checked->seat != approval.issuer) decision.acting_for = checked->seat;
    decision.round = application.round;
    return decision;
}

}  // namespace seald
