// How far an application has come along its policy's steps.
#include <algorithm>

#include "daemon/policy/decide.hpp"
#include "daemon/policy/eligible.hpp"

namespace seald {

namespace {

std::set<PersonId> approvers(const Application& application) {
    std::set<PersonId> persons;
    for (const RecordedDecision& recorded : application.decisions) {
        if (recorded.decision == Decision::approve) persons.insert(recorded.approver);
    }
    return persons;
}

// Distinct persons whose approval of this step has not expired, without those counted for an earlier one; adds them to
// `counted`.
unsigned count_step(const Step& step, const Application& application, std::set<PersonId>& counted, Timestamp now) {
    unsigned persons = 0;
    for (const RecordedDecision& recorded : application.decisions) {
        if (recorded.decision != Decision::approve || recorded.step != step.name) continue;
        if (recorded.expires_at <= now) continue;
        if (counted.insert(recorded.approver).second) ++persons;
    }
    return persons;
}

}  // namespace

std::optional<OpenStep> open_step(const Application& application, const SealPolicy& policy, Timestamp now) {
    std::set<PersonId> counted;
    for (const Step& step : policy.steps) {
        const unsigned persons = count_step(step, application, counted, now);
        if (persons < step.count) return OpenStep{step, step.count - persons};
    }
    return std::nullopt;
}

ApplicationState application_state(const Application& application, const SealPolicy& policy,
                                   std::size_t sealed_documents, Timestamp now) {
    if (application.state == ApplicationState::withdrawn) return ApplicationState::withdrawn;
    bool expired = false;
    for (const RecordedDecision& recorded : application.decisions) {
        if (recorded.decision == Decision::reject) return ApplicationState::rejected;
        if (recorded.decision == Decision::return_) return ApplicationState::returned;
        if (recorded.expires_at <= now) expired = true;
    }
    if (!application.documents.empty() && sealed_documents >= application.documents.size())
        return ApplicationState::sealed;
    if (expired) return ApplicationState::expired;
    if (open_step(application, policy, now)) return ApplicationState::submitted;
    return sealed_documents > 0 ? ApplicationState::partly_sealed : ApplicationState::approved;
}

bool may_decide(const Person& person, const Application& application, const Step& step) {
    return !approvers(application).contains(person.id) &&
           could_take(person, step, {application.applicant, application.department});
}

bool may_read_documents(const Caller& caller, const Application& application, const SealPolicy& rules, const Policy& policy) {
    if (caller.has(Role::auditor)) return true;
    const auto took_a_step = [&](const RecordedDecision& recorded) { return recorded.approver == caller.id(); };
    if (std::ranges::any_of(application.decisions, took_a_step)) return true;
    const Person* person = policy.find_person(caller.id());
    if (person == nullptr) return false;
    return std::ranges::any_of(rules.steps, [&](const Step& step) {
        return could_take(*person, step, {application.applicant, application.department});
    });
}

std::vector<std::string> who_may_decide(const Application& application, const Step& step, const Policy& policy) {
    return who_could_take(step, {application.applicant, application.department}, approvers(application), policy);
}

}  // namespace seald
