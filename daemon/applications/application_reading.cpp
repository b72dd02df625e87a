#include "daemon/applications/application_reading.hpp"

#include <algorithm>
#include <map>

#include "daemon/store/application_table.hpp"
#include "daemon/store/approval_table.hpp"
#include "daemon/store/document_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

// Each document of which this digest was sealed once more is marked, first listed first.
std::vector<bool> sealed_documents(std::map<Digest, unsigned> left, const Application& application) {
    std::vector<bool> sealed;
    for (const auto& document : application.documents) {
        auto& count = left[document.digest];
        sealed.push_back(count > 0);
        if (count > 0) --count;
    }
    return sealed;
}

unsigned uses_of_quota(const std::map<Digest, unsigned>& used) {
    unsigned all = 0;
    for (const auto& [digest, times] : used) all += times;
    return all;
}

Result<std::vector<bool>> stored_documents(Database& database, const Application& application) {
    std::vector<bool> stored;
    for (const auto& document : application.documents) {
        auto there = tables::has_stored(database, document.digest, application.applicant);
        if (!there) return there.error();
        stored.push_back(*there);
    }
    return stored;
}

std::vector<StepView> open_steps_for(const Application& application, const SealPolicy& rules, SealKind kind, const std::optional<PersonId>& viewer,
                                     const Policy& policy, Timestamp now) {
    const Person* person = viewer ? policy.find_person(*viewer) : nullptr;
    std::vector<StepView> steps;
    for (OpenStep& open : open_steps(application, rules, now)) {
        const bool mine = person != nullptr && may_decide(*person, application, kind, open.step, policy, now);
        auto who = who_may_decide(application, kind, open.step, policy, now);
        steps.insert(mine ? steps.begin() : steps.end(), StepView{std::move(open), std::move(who), mine});
    }
    return steps;
}

}  // namespace

Error no_such_application(const ApplicationNumber& number) {
    return not_found("there is no application " + number.str() + " that you may see; sealctl application list shows those there are");
}

Result<Application> read_application(Database& database, const ApplicationNumber& number) {
    auto application = tables::find_application(database, number);
    if (!application) return application.error();
    if (!*application) return no_such_application(number);
    return std::move(**application);
}

Result<Seal> read_seal(Database& database, const SealName& name) {
    auto seal = tables::find_seal(database, name);
    if (!seal) return seal.error();
    if (!*seal) return not_found("there is no seal " + name.str() + "; sealctl seal list shows those there are");
    return std::move(**seal);
}

Result<ApplicationView> view(Database& database, Application application, const std::optional<PersonId>& viewer, const Policy& policy, Timestamp now) {
    auto seal = read_seal(database, application.seal);
    if (!seal) return seal.error();
    auto used = tables::application_uses(database, application.number);
    if (!used) return used.error();
    auto stored = stored_documents(database, application);
    if (!stored) return stored.error();
    const SealPolicy* rules = policy.find_seal_policy(seal->name, seal->kind);
    ApplicationView shown{.application = std::move(application), .sealed = {}, .stored = std::move(*stored), .open_steps = {}};
    shown.uses = uses_of_quota(*used);
    shown.sealed = sealed_documents(std::move(*used), shown.application);
    const auto documents = static_cast<std::size_t>(std::ranges::count(shown.sealed, true));
    const std::size_t sealed = shown.application.quota ? shown.uses : documents;
    if (rules == nullptr) {  // the policy was taken away: nobody can decide, the record is still readable, and time still ends it
        shown.application.state = end_of(shown.application, sealed, now).value_or(shown.application.state);
        return shown;
    }
    shown.application.state = application_state(shown.application, *rules, sealed, now);
    shown.approval_ttl = shown.application.quota ? std::chrono::floor<seconds>(shown.application.quota->until - now) : rules->approval_ttl;
    const bool undecided = shown.application.state == ApplicationState::submitted || shown.application.state == ApplicationState::reviewed;
    if (undecided) shown.open_steps = open_steps_for(shown.application, *rules, seal->kind, viewer, policy, now);
    return shown;
}

}  // namespace seald
