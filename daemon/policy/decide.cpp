#include "daemon/policy/decide.hpp"

#include "daemon/policy/coverage.hpp"
#include "daemon/policy/user_rules.hpp"

namespace seald {

namespace {

Result<void> check_open(const Application& application, const SealPolicy& rules, Timestamp now) {
    ApplicationState state = application.state;
    if (state == ApplicationState::submitted) state = application_state(application, rules, 0, now);
    if (state == ApplicationState::submitted) return {};
    return conflict("decision-not-open", "application " + application.number.str() + " is " +
                                             std::string(to_string(state)) + ": no decision on it is open");
}

// Before anything else is said about a token: nobody learns about another person's.
Result<void> check_caller_is_issuer(const Caller& caller, std::string_view jws) {
    const auto token = decode_jws(jws);
    if (!token) return token.error();
    const auto approval = decode_unverified_approval(*token);
    if (!approval) return approval.error();
    if (caller.kind() == Caller::Kind::person && approval->issuer == caller.id()) return {};
    return refusal("decision-by-another", "a decision is handed in by the person who signed it");
}

Result<void> check_step(const Approval& approval, const Application& application, const SealPolicy& rules,
                        Timestamp now) {
    const auto open = open_step(application, rules, now);
    if (!open) return internal_error("judge_decision: a submitted application has no open step");
    if (approval.step == open->step.name) return {};
    return refusal("decision-wrong-step", "the open step of application " + application.number.str() + " is " +
                                              open->step.name.str() + ", not " + approval.step.str());
}

// An approval covers all that was applied for and nothing else. A rejection need not list anything.
Result<void> check_documents(const Approval& approval, const Application& application) {
    if (approval.decision != Decision::approve) return {};
    if (count_digests(approval.documents) == count_digests(application.documents)) return {};
    return refusal("approval-document", "an approval lists exactly the documents of application " +
                                            application.number.str() + ", each as often as it was applied for");
}

// Nobody decides twice, with whatever key or token.
Result<void> check_separation(const Approval& approval, const Application& application) {
    for (const RecordedDecision& recorded : application.decisions) {
        if (recorded.approver == approval.issuer) {
            return refusal("approval-same-person", approval.issuer.str() + " already decided on application " +
                                                       application.number.str() +
                                                       ": a person counts once over all steps");
        }
        const auto token = decode_jws(recorded.jws);
        if (!token) return internal_error("judge_decision: a recorded decision does not decode");
        const auto earlier = decode_unverified_approval(*token);
        if (!earlier) return internal_error("judge_decision: a recorded decision does not decode");
        if (earlier->id == approval.id) {
            return refusal("approval-id-repeated", "an earlier approval has the same id (jti): each needs its own");
        }
    }
    return {};
}

}  // namespace

Result<void> may_apply(const Caller& caller, const Seal& seal, SignatureFormat format, const Policy& policy) {
    auto objections = user_objections(caller, seal, format, policy);
    if (!objections.empty()) return std::move(objections.front());
    return {};
}

Result<RecordedDecision> judge_decision(const Caller& caller, std::string_view jws, const Application& application,
                                        const Seal& seal, const Policy& policy, Timestamp now) {
    if (application.seal != seal.name) return internal_error("judge_decision: the application is for another seal");
    const SealPolicy* rules = policy.find_seal_policy(seal.name, seal.kind);
    if (rules == nullptr) return refusal("no-policy", "no policy says how seal " + seal.name.str() + " is approved");
    if (auto open = check_open(application, *rules, now); !open) return open.error();
    if (auto own = check_caller_is_issuer(caller, jws); !own) return own.error();
    const auto checked = check_approval(
        jws, {{application.applicant, application.department}, seal.name, *rules, policy, application.number, now});
    if (!checked) return checked.error();
    const Approval& approval = checked->approval;
    if (auto step = check_step(approval, application, *rules, now); !step) return step.error();
    if (auto separate = check_separation(approval, application); !separate) return separate.error();
    if (auto listed = check_documents(approval, application); !listed) return listed.error();
    return RecordedDecision{std::string(jws),   approval.issuer, approval.step, approval.decision, approval.reason, now,
                            approval.expires_at};
}

}  // namespace seald
