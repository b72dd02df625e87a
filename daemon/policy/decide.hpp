// Judges applications when they are handed in, and decisions on them. Pure.
#pragma once
#include "daemon/model/application.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/model/policy.hpp"
#include "daemon/policy/use_rules.hpp"

namespace seald {

// Everything that stands against this application: the rules about the caller, the documents, their type, a quota.
std::vector<Error> application_objections(const Caller& caller, const Application& wanted, const Seal& seal, const CallerFacts& facts,
                                          const Policy& policy, Timestamp now);

// Is this signed decision acceptable on this application now? Checks the signature against the key enrolled for its issuer,
// audience, seal, applicant, application, digests, times, the step (the next one that is open), role and department scope,
// and separation: not the applicant, nobody twice. `caller` handed it in and must be its issuer.
Result<RecordedDecision> judge_decision(const Caller& caller, std::string_view jws, const Application& application, const Seal& seal,
                                        const Policy& policy, Timestamp now);

// What ended it, whatever its policy says: a decision, its applicant, time, or that all is sealed; none: it is open.
std::optional<ApplicationState> end_of(const Application& application, std::size_t sealed_documents, Timestamp now);

// The state an application is in, given its decisions, the policy's steps and how many documents have been sealed.
ApplicationState application_state(const Application& application, const SealPolicy& policy, std::size_t sealed_documents, Timestamp now);

// The step that is open, and how many more approvals it needs; none when all steps are done.
struct OpenStep {
    Step step;
    unsigned still_needed = 0;
};
std::optional<OpenStep> open_step(const Application& application, const SealPolicy& policy, Timestamp now);
// All steps that may be taken now: one where the policy has an order, every open one where it has none.
std::vector<OpenStep> open_steps(const Application& application, const SealPolicy& policy, Timestamp now);

// Could this person take the open step? For "waiting for me" and for naming who is missing.
bool may_decide(const Person& person, const Application& application, SealKind kind, const Step& step, const Policy& policy, Timestamp now);
// Ids and names of those who could, for messages: "wang.fang (王芳)".
std::vector<std::string> who_may_decide(const Application& application, SealKind kind, const Step& step, const Policy& policy, Timestamp now);

// Everybody who could take one of the steps that are open now.
std::set<PersonId> deciders(const Application& application, SealKind kind, const SealPolicy& rules, const Policy& policy, Timestamp now);

// The decision that this person may still revoke (撤銷): his approval, as long as something is left to be sealed by it.
Result<const RecordedDecision*> find_revocable(const Application& application, const PersonId& approver, ApplicationState state);

// May this caller open the application's documents? Those who took one of its steps or could, and auditors.
bool may_read_documents(const Caller& caller, const Application& application, const Seal& seal, const Policy& policy, Timestamp now);

}  // namespace seald
