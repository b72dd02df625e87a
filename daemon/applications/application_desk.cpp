#include "daemon/applications/application_desk.hpp"

#include <algorithm>

#include "daemon/applications/notices.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

constexpr unsigned most_open = 10'000;  // applications that are looked at to find those that wait for somebody

bool may_see(const Caller& caller, const Application& application) {
    return application.applicant == caller.id() || require_role_for(Act::read_all_applications, caller).has_value();
}

bool acts_for_somebody(const Caller& caller, const Policy& policy) {
    return std::ranges::any_of(policy.delegations, [&](const Delegation& delegation) { return delegation.to == caller.id(); });
}

// Before anything expensive is found out about it: among many applications, few wait for one person.
Result<bool> waits_for(Database& database, const Caller& caller, const Application& application, const Policy& policy, Timestamp now) {
    const Person* person = policy.find_person(caller.id());
    if (person == nullptr) return false;
    auto kind = tables::find_seal_kind(database, application.seal);
    if (!kind) return kind.error();
    const SealPolicy* rules = *kind ? policy.find_seal_policy(application.seal, **kind) : nullptr;
    if (rules == nullptr) return false;
    const auto state = application_state(application, *rules, 0, now);
    if (state != ApplicationState::submitted && state != ApplicationState::reviewed) return false;
    return std::ranges::any_of(open_steps(application, *rules, now),
                               [&](const OpenStep& open) { return may_decide(*person, application, **kind, open.step, policy, now); });
}

Result<std::vector<StepView>> steps_ahead(const Seal& seal, const NewApplication& wanted, const Hand& hand) {
    const SealPolicy* rules = hand.policy.find_seal_policy(seal.name, seal.kind);
    std::vector<StepView> steps;
    if (rules == nullptr) return steps;
    const auto application = as_application(wanted, ApplicationNumber::make(year_of(hand.now), 1), hand);
    for (const Step& step : rules->steps)
        steps.push_back({{step, step.count}, who_may_decide(application, seal.kind, step, hand.policy, hand.now), false});
    return steps;
}

Result<Prospect> look_ahead(Database& database, const NewApplication& wanted, const Hand& hand) {
    auto seal = read_seal(database, wanted.seal);
    if (!seal) return seal.error();
    auto objections = find_objections(database, wanted, *seal, hand);
    if (!objections) return objections.error();
    auto steps = steps_ahead(*seal, wanted, hand);
    if (!steps) return steps.error();
    return Prospect{std::move(*objections), std::move(*steps)};
}

}  // namespace

asio::awaitable<Result<ApplicationView>> ApplicationDesk::change(Caller caller, Change write) {
    std::function<Result<ApplicationView>(Transaction&)> work = [&policies = policies_, policy = policies_.current(), now = clock_.now(), caller,
                                                                 write = std::move(write)](Transaction& transaction) -> Result<ApplicationView> {
        if (auto holds = policies.check_still_holds(*policy); !holds) return holds.error();
        auto application = write(transaction, {caller, *policy, now});
        if (!application) return application.error();
        auto after = view(transaction.database(), std::move(*application), caller.id(), *policy, now);
        if (!after) return after.error();
        if (auto told = queue_notice(transaction.database(), *after, *policy, now, Told::change); !told) return told.error();
        return after;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::submit(Caller caller, NewApplication wanted) {
    Change write = [wanted = std::move(wanted)](Transaction& transaction, const Hand& hand) { return write_application(transaction, wanted, hand); };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::hand_in_again(Caller caller, ApplicationNumber number, NewApplication corrected) {
    Change write = [number, corrected = std::move(corrected)](Transaction& transaction, const Hand& hand) {
        return write_correction(transaction, number, corrected, hand);
    };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::decide(Caller caller, ApplicationNumber number, std::string approval_jws) {
    Change write = [number, jws = std::move(approval_jws)](Transaction& transaction, const Hand& hand) {
        return write_decision(transaction, number, jws, hand);
    };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::revoke(Caller caller, ApplicationNumber number, std::string reason) {
    Change write = [number, reason = std::move(reason)](Transaction& transaction, const Hand& hand) {
        return write_revocation(transaction, number, reason, hand);
    };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::withdraw(Caller caller, ApplicationNumber number, std::string reason) {
    Change write = [number, reason = std::move(reason)](Transaction& transaction, const Hand& hand) {
        return write_withdrawal(transaction, number, reason, hand);
    };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<Prospect>> ApplicationDesk::foresee(Caller caller, NewApplication wanted) {
    std::function<Result<Prospect>(Database&)> work = [caller, wanted, policy = policies_.current(), now = clock_.now()](Database& database) {
        return look_ahead(database, wanted, {caller, *policy, now});
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<ApplicationView>> ApplicationDesk::find(Caller caller, ApplicationNumber number) {
    std::function<Result<ApplicationView>(Database&)> work = [caller, number, policy = policies_.current(),
                                                              now = clock_.now()](Database& database) -> Result<ApplicationView> {
        auto application = read_application(database, number);
        if (!application) return application.error();
        const bool visible = may_see(caller, *application);
        auto shown = view(database, std::move(*application), caller.id(), *policy, now);
        // Who may decide must see what he decides on, also when he only acts for somebody.
        if (shown && !visible && !shown->may_decide()) return no_such_application(number);
        return shown;
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<std::vector<ApplicationView>>> ApplicationDesk::list(Caller caller, ApplicationFilter filter, unsigned limit) {
    std::function<Result<std::vector<ApplicationView>>(Database&)> work =
        [caller, filter, limit, policy = policies_.current(), now = clock_.now()](Database& database) -> Result<std::vector<ApplicationView>> {
        const bool waiting = filter == ApplicationFilter::waiting_for_me;
        tables::ApplicationFilter rows{.applicant = {}, .only_open = waiting, .limit = waiting ? most_open : limit};
        const bool sees_all = require_role_for(Act::read_all_applications, caller).has_value() ||
                              (waiting && acts_for_somebody(caller, *policy));
        if (filter == ApplicationFilter::mine || !sees_all) rows.applicant = caller.id();
        auto applications = tables::list_applications(database, rows);
        if (!applications) return applications.error();
        std::vector<ApplicationView> views;
        for (auto& application : *applications) {
            if (views.size() == limit) break;
            auto wanted = waiting ? waits_for(database, caller, application, *policy, now) : Result<bool>(true);
            if (!wanted) return wanted.error();
            if (!*wanted) continue;
            auto shown = view(database, std::move(application), caller.id(), *policy, now);
            if (!shown) return shown.error();
            views.push_back(std::move(*shown));
        }
        return views;
    };
    co_return co_await store_.read(std::move(work));
}

}  // namespace seald
