// How far an application has come along its policy's steps.
#include <algorithm>

#include "daemon/policy/decide.hpp"
#include "daemon/policy/eligible.hpp"

namespace seald {

namespace {

void take(std::set<PersonId>& persons, const RecordedDecision& recorded) {
    persons.insert(recorded.approver);
    if (recorded.acting_for) persons.insert(*recorded.acting_for);
}

bool counts(const RecordedDecision& recorded) { return recorded.decision == Decision::approve && !recorded.revoked_at; }

// Who approved, and in whose place.
std::set<PersonId> approvers(const Application& application) {
    std::set<PersonId> persons;
    for (const RecordedDecision& recorded : application.decisions)
        if (counts(recorded)) take(persons, recorded);
    return persons;
}

// Distinct persons whose approval of this step has not expired, without those counted for an earlier one; adds them to
// `counted`.
unsigned count_step(const Step& step, const Application& application, std::set<PersonId>& counted, Timestamp now) {
    unsigned persons = 0;
    for (const RecordedDecision& recorded : application.decisions) {
        if (!counts(recorded) || recorded.step != step.name || recorded.expires_at <= now) continue;
        const PersonId& seat = recorded.acting_for ? *recorded.acting_for : recorded.approver;
        if (counted.contains(recorded.approver) || counted.contains(seat)) continue;
        take(counted, recorded);
        ++persons;
    }
    return persons;
}

std::vector<OpenStep> incomplete_steps(const Application& application, const SealPolicy& policy, Timestamp now) {
    std::vector<OpenStep> incomplete;
    std::set<PersonId> counted;
    for (const Step& step : policy.steps) {
        const unsigned persons = count_step(step, application, counted, now);
        if (persons < step.count) incomplete.push_back({step, step.count - persons});
    }
    return incomplete;
}

StepContext context_of(const Application& application, SealKind kind, const Policy& policy, Timestamp now) {
    return {{application.applicant, application.department}, application.seal.str(), std::string(to_string(kind)), policy, now};
}

bool all_sealed(const Application& application, std::size_t sealed) {
    if (application.quota) return sealed >= application.quota->uses;
    return !application.documents.empty() && sealed >= application.documents.size();
}

}  // namespace

std::vector<OpenStep> open_steps(const Application& application, const SealPolicy& policy, Timestamp now) {
    auto open = incomplete_steps(application, policy, now);
    if (policy.order == StepOrder::sequence && open.size() > 1) open.resize(1, open.front());
    return open;
}

std::optional<OpenStep> open_step(const Application& application, const SealPolicy& policy, Timestamp now) {
    auto open = open_steps(application, policy, now);
    if (open.empty()) return std::nullopt;
    return std::move(open.front());
}

std::optional<ApplicationState> end_of(const Application& application, std::size_t sealed_documents, Timestamp now) {
    const bool closed = application.state == ApplicationState::withdrawn || application.state == ApplicationState::expired ||
                        application.state == ApplicationState::sealed;
    if (closed) return application.state;
    bool expired = application.quota && application.quota->until <= now;
    for (const RecordedDecision& recorded : application.decisions) {
        if (recorded.decision == Decision::reject) return ApplicationState::rejected;
        if (recorded.decision == Decision::return_) return ApplicationState::returned;
        if (!recorded.revoked_at && recorded.expires_at <= now) expired = true;
    }
    if (all_sealed(application, sealed_documents)) return ApplicationState::sealed;
    if (expired) return ApplicationState::expired;
    return std::nullopt;
}

ApplicationState application_state(const Application& application, const SealPolicy& policy,
                                   std::size_t sealed_documents, Timestamp now) {
    if (const auto end = end_of(application, sealed_documents, now)) return *end;
    const std::size_t incomplete = incomplete_steps(application, policy, now).size();
    if (incomplete > 0) return incomplete == policy.steps.size() ? ApplicationState::submitted : ApplicationState::reviewed;
    return sealed_documents > 0 ? ApplicationState::partly_sealed : ApplicationState::approved;
}

bool may_decide(const Person& person, const Application& application, SealKind kind, const Step& step, const Policy& policy, Timestamp now) {
    const auto seat = seat_of(person, step, context_of(application, kind, policy, now));
    const auto taken = approvers(application);
    return seat && !taken.contains(person.id) && !taken.contains(*seat);
}

bool may_read_documents(const Caller& caller, const Application& application, const Seal& seal, const Policy& policy, Timestamp now) {
    if (caller.has(Role::auditor)) return true;
    const auto took_a_step = [&](const RecordedDecision& recorded) { return recorded.approver == caller.id(); };
    if (std::ranges::any_of(application.decisions, took_a_step) || std::ranges::any_of(application.earlier, took_a_step)) return true;
    const Person* person = policy.find_person(caller.id());
    const SealPolicy* rules = policy.find_seal_policy(seal.name, seal.kind);
    if (person == nullptr || rules == nullptr) return false;
    const StepContext context = context_of(application, seal.kind, policy, now);
    return std::ranges::any_of(rules->steps, [&](const Step& step) { return seat_of(*person, step, context).has_value(); });
}

std::vector<std::string> who_may_decide(const Application& application, SealKind kind, const Step& step, const Policy& policy, Timestamp now) {
    return who_could_take(step, context_of(application, kind, policy, now), approvers(application));
}

std::set<PersonId> deciders(const Application& application, SealKind kind, const SealPolicy& rules, const Policy& policy, Timestamp now) {
    std::set<PersonId> ids;
    for (const OpenStep& open : open_steps(application, rules, now))
        for (const Person* person : find_who_could_take(open.step, context_of(application, kind, policy, now), approvers(application))) ids.insert(person->id);
    return ids;
}

Result<const RecordedDecision*> find_revocable(const Application& application, const PersonId& approver, ApplicationState state) {
    const auto own = [&](const RecordedDecision& recorded) { return counts(recorded) && recorded.approver == approver; };
    const auto found = std::ranges::find_if(application.decisions, own);
    if (found == application.decisions.end())
        return refusal("no-own-approval", approver.str() + " has no approval of " + application.number.str() + " to revoke");
    if (!is_open(state))
        return conflict("decision-used", application.number.str() + " is " + std::string(to_string(state)) + ": there is nothing left to revoke");
    return &*found;
}

}  // namespace seald
