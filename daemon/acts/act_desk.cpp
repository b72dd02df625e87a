#include "daemon/acts/act_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "daemon/ledger/custody_rights.hpp"
#include "daemon/policy/dual_control.hpp"
#include "daemon/store/act_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

ActView view_of(PendingAct act, const Caller& caller, const Policy& policy, Timestamp now) {
    const auto state = act.state_at(now);
    const bool waits = state == DualActState::waiting;
    auto who = waits ? who_may_confirm(act, policy) : std::set<PersonId>();
    const bool may = who.contains(caller.id());
    return {std::move(act), state, std::move(who), may, {}};
}

Result<void> check_may_see(const Caller& caller) { return require_role_for(Act::read_acts, caller); }

}  // namespace

asio::awaitable<Result<ActView>> ActDesk::change(Caller caller, Change write) {
    std::function<Result<PendingAct>(Transaction&)> work = [&policies = policies_, policy = policies_.current(), now = clock_.now(), caller,
                                                            write = std::move(write)](Transaction& transaction) -> Result<PendingAct> {
        if (auto holds = policies.check_still_holds(*policy); !holds) return holds.error();
        return write(transaction, Hand{caller, *policy, now});
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return view_of(std::move(committed->value), caller, *policies_.current(), clock_.now());
}

asio::awaitable<Result<ActView>> ActDesk::ask(Caller caller, ActWish wish) {
    if (auto may = co_await require_custody_of(store_, right_to_ask(wish.kind), caller, wish.seal, clock_.now()); !may) co_return may.error();
    auto prepared = co_await completion_.prepare(std::move(wish));
    if (!prepared) co_return prepared.error();
    Change write = [wish = std::move(*prepared)](Transaction& transaction, const Hand& hand) { return write_asking(transaction, wish, hand); };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ActView>> ActDesk::confirm(Caller caller, ActNumber number, std::string jws) {
    if (auto may = check_may_see(caller); !may) co_return may.error();
    Change write = [number, jws = std::move(jws)](Transaction& transaction, const Hand& hand) { return write_confirmation(transaction, number, jws, hand); };
    auto confirmed = co_await change(caller, std::move(write));
    if (!confirmed) co_return confirmed.error();
    co_return co_await follow_up(std::move(caller), std::move(confirmed->act));
}

// The confirmation stands, whatever comes of what follows from it.
asio::awaitable<Result<ActView>> ActDesk::follow_up(Caller caller, PendingAct act) {
    const ActNumber number = act.number;
    auto completed = co_await completion_.complete(caller, std::move(act));
    if (!completed) spdlog::warn("{} is confirmed and not complete: {} [{}]", number.str(), completed.error().message, completed.error().detail);
    auto shown = co_await find(std::move(caller), number);
    if (shown && !completed) shown->problem = completed.error().message;
    if (shown && !completed && shown->state == DualActState::confirmed) shown->problem += "; then: sealctl act complete " + number.str();
    co_return shown;
}

asio::awaitable<Result<ActView>> ActDesk::decline(Caller caller, ActNumber number, std::string reason) {
    Change write = [number, reason = std::move(reason)](Transaction& transaction, const Hand& hand) { return write_decline(transaction, number, reason, hand); };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ActView>> ActDesk::withdraw(Caller caller, ActNumber number, std::string reason) {
    Change write = [number, reason = std::move(reason)](Transaction& transaction, const Hand& hand) { return write_act_withdrawal(transaction, number, reason, hand); };
    co_return co_await change(std::move(caller), std::move(write));
}

asio::awaitable<Result<ActView>> ActDesk::complete(Caller caller, ActNumber number) {
    auto shown = co_await find(caller, number);
    if (!shown) co_return shown;
    if (auto may = require_role_for(right_to_confirm(shown->act.kind), caller); !may) co_return may.error();
    const bool left = shown->state == DualActState::confirmed || (shown->act.kind == DualAct::cancel && shown->state == DualActState::done);
    if (!left) co_return conflict("act-closed", number.str() + " is " + std::string(to_string(shown->state)) + ": there is nothing to complete");
    auto completed = co_await completion_.complete(caller, std::move(shown->act));
    if (!completed) co_return completed.error();
    co_return co_await find(std::move(caller), number);
}

asio::awaitable<Result<ActView>> ActDesk::find(Caller caller, ActNumber number) {
    std::function<Result<PendingAct>(Database&)> work = [number](Database& database) { return read_act(database, number); };
    auto act = co_await store_.read(std::move(work));
    const bool own = act && act->asked_by == caller.id();
    if (auto may = check_may_see(caller); !may && !own) co_return may.error();
    if (!act) co_return act.error();
    co_return view_of(std::move(*act), caller, *policies_.current(), clock_.now());
}

asio::awaitable<Result<std::vector<ActView>>> ActDesk::list(Caller caller, ActFilter filter, unsigned limit) {
    std::vector<ActView> views;
    if (auto may = check_may_see(caller); !may && filter != ActFilter::waiting_for_me) co_return may.error();
    std::function<Result<std::vector<PendingAct>>(Database&)> work = [filter, limit](Database& database) {
        return tables::list_acts(database, filter != ActFilter::all, limit);
    };
    auto acts = co_await store_.read(std::move(work));
    if (!acts) co_return acts.error();
    const auto policy = policies_.current();
    for (auto& act : *acts) {
        auto view = view_of(std::move(act), caller, *policy, clock_.now());
        if (filter == ActFilter::waiting_for_me && !view.may_confirm) continue;
        views.push_back(std::move(view));
    }
    co_return views;
}

asio::awaitable<Result<void>> ActDesk::end_expired() {
    const Timestamp now = clock_.now();
    std::function<Result<bool>(Database&)> look = [now](Database& database) -> Result<bool> {
        auto open = tables::list_acts(database, true, 1000);
        if (!open) return open.error();
        return std::ranges::any_of(*open, [now](const PendingAct& act) { return act.state_at(now) == DualActState::expired; });
    };
    auto any = co_await store_.read(std::move(look));
    if (!any) co_return any.error();
    if (!*any) co_return Result<void>();
    std::function<Result<bool>(Transaction&)> work = [now](Transaction& transaction) -> Result<bool> {
        if (auto ended = write_act_expiries(transaction, now); !ended) return ended.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

}  // namespace seald
