#include "daemon/emergency/emergency_stop.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "daemon/applications/notices.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/concerned.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/seals/overtaken_acts.hpp"
#include "daemon/store/application_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

Result<ApplicationNumber> void_application(Transaction& transaction, const ApplicationNumber& number, const std::string& reason, const Hand& hand) {
    auto voided = write_voiding(transaction, number, reason, hand);
    if (!voided) return voided.error();
    auto shown = view(transaction.database(), std::move(*voided), std::nullopt, hand.policy, hand.now);
    if (!shown) return shown.error();
    if (auto queued = queue_notice(transaction.database(), *shown, hand.policy, hand.now, Told::change); !queued) return queued.error();
    return number;
}

Result<void> void_approvals(Database& database, Seal& seal) {
    seal.approvals_void_until = until_resumed;
    return tables::update_seal(database, seal, seal.state, seal.epoch);
}

Result<StoppedSeal> write_stop(Transaction& transaction, Seal seal, SealAct act, const std::string& reason, const Hand& hand) {
    const SealState before = seal.state;
    const bool stopped_already = before == (act == SealAct::lose ? SealState::lost : SealState::suspended);
    if (!stopped_already) {
        auto moved = write_seal_act(transaction, hand.caller, seal.name, {.act = act, .reason = reason, .filing = {}}, hand.now);
        if (!moved) return moved.error();
        seal = std::move(*moved);
    }
    if (auto voided = void_approvals(transaction.database(), seal); !voided) return voided.error();
    // Also where it was suspended already: who confirms now what was asked for before may not know of the stop.
    if (auto over = end_overtaken_acts(transaction, seal.name, "seal " + seal.name.str() + " was stopped: " + reason, hand.now); !over) return over.error();
    auto concerned = who_is_concerned(seal.name, seal.kind, seal.custodian, hand.policy);
    return StoppedSeal{std::move(seal), before, {}, std::move(concerned)};
}

bool could_sign(const Seal& seal) { return seal.state == SealState::in_force || seal.state == SealState::suspended; }

// Those that were meant: by name, or every one that can sign or be resumed.
Result<std::vector<Seal>> find_meant(Database& database, const std::set<SealName>& names) {
    std::vector<Seal> meant;
    if (names.empty()) {
        auto all = tables::list_seals(database);
        if (!all) return all.error();
        std::ranges::copy_if(std::move(*all), std::back_inserter(meant), could_sign);
        return meant;
    }
    for (const SealName& name : names) {
        auto seal = tables::find_seal(database, name);
        if (!seal) return seal.error();
        if (!*seal) return not_found("there is no seal " + name.str() + "; nothing was stopped. Without names all seals are");
        if (!could_sign(**seal))
            return conflict("seal-state", "seal " + name.str() + " is " + std::string(to_string((*seal)->state)) + " and cannot sign; nothing was stopped: leave it out");
        meant.push_back(std::move(**seal));
    }
    return meant;
}

json::object entry_of_stop(const std::vector<Seal>& seals, const std::string& reason, const Hand& hand) {
    json::array names;
    for (const Seal& seal : seals) names.push_back(json::string(seal.name.str()));
    return {{"caller", entry_fields::caller(hand.caller)}, {"seals", std::move(names)}, {"reason", reason}};
}

Result<std::vector<StoppedSeal>> write_stops(Transaction& transaction, const std::set<SealName>& names, const std::string& reason, const Hand& hand) {
    auto meant = find_meant(transaction.database(), names);
    if (!meant) return meant.error();
    auto index = transaction.append(Entry::make("emergency-stop", hand.now, entry_of_stop(*meant, reason, hand)));
    if (!index) return index.error();
    std::vector<StoppedSeal> stopped;
    for (Seal& seal : *meant) {
        auto each = write_stop(transaction, std::move(seal), SealAct::suspend, reason, hand);
        if (!each) return each.error();
        stopped.push_back(std::move(*each));
    }
    return stopped;
}

std::set<TokenName> tokens_of(const std::vector<StoppedSeal>& stopped) {
    std::set<TokenName> tokens;
    for (const auto& each : stopped)
        for (const KeyPlace& place : each.seal.places()) tokens.insert(place.token);
    return tokens;
}

Result<std::vector<SealName>> in_force_on(Database& database, const TokenName& token) {
    auto seals = tables::list_seals(database);
    if (!seals) return seals.error();
    std::vector<SealName> names;
    for (const Seal& seal : *seals) {
        const auto places = seal.places();
        const bool there = std::ranges::any_of(places, [&](const KeyPlace& place) { return place.token == token; });
        if (seal.state == SealState::in_force && there) names.push_back(seal.name);
    }
    return names;
}

}  // namespace

asio::awaitable<Result<Stopped>> EmergencyStop::stop(Caller caller, std::set<SealName> names, std::string reason) {
    Write write = [names = std::move(names), reason](Transaction& transaction, const Hand& hand) { return write_stops(transaction, names, reason, hand); };
    co_return co_await carry_out(std::move(caller), std::move(reason), std::move(write));
}

asio::awaitable<Result<Stopped>> EmergencyStop::report_lost(Caller caller, SealName name, std::string reason) {
    Write write = [name, reason](Transaction& transaction, const Hand& hand) -> Result<std::vector<StoppedSeal>> {
        auto seal = read_seal(transaction.database(), name);
        if (!seal) return seal.error();
        auto stopped = write_stop(transaction, std::move(*seal), SealAct::lose, reason, hand);
        if (!stopped) return stopped.error();
        return std::vector<StoppedSeal>{std::move(*stopped)};
    };
    co_return co_await carry_out(std::move(caller), std::move(reason), std::move(write));
}

// After the stop and one by one: nothing about an application can hold a stop up, and its approvals are void already.
asio::awaitable<std::vector<ApplicationNumber>> EmergencyStop::withdraw_open(Caller caller, SealName seal, std::string why) {
    std::vector<ApplicationNumber> withdrawn;
    std::function<Result<std::vector<ApplicationNumber>>(Database&)> find = [seal](Database& database) { return tables::open_applications_of(database, seal); };
    auto open = co_await store_.read(std::move(find));
    if (!open) {
        spdlog::error("seal {}: its open applications were not found: {} [{}]", seal.str(), open.error().message, open.error().detail);
        co_return withdrawn;
    }
    for (const ApplicationNumber& number : *open) {
        std::function<Result<ApplicationNumber>(Transaction&)> work = [caller, number, why, policy = policies_.current(),
                                                                       now = clock_.now()](Transaction& transaction) {
            return void_application(transaction, number, why, Hand{caller, *policy, now});
        };
        auto voided = co_await store_.write(std::move(work), WhenFull::record);
        if (voided) withdrawn.push_back(number);
        else spdlog::error("application {} was not withdrawn, its approvals are void: {} [{}]", number.str(), voided.error().message, voided.error().detail);
    }
    co_return withdrawn;
}

asio::awaitable<Result<Stopped>> EmergencyStop::carry_out(Caller caller, std::string reason, Write write) {
    if (auto may = require_role_for(Act::stop_seal, caller); !may) co_return may.error();
    std::function<Result<std::vector<StoppedSeal>>(Transaction&)> work = [caller, write = std::move(write), policy = policies_.current(),
                                                                          now = clock_.now()](Transaction& transaction) {
        return write(transaction, Hand{caller, *policy, now});
    };
    auto committed = co_await store_.write(std::move(work), WhenFull::record);
    if (!committed) co_return committed.error();
    Stopped stopped{std::move(committed->value), {}};
    for (const auto& each : stopped.seals) spdlog::critical("seal {} is {}: {} stopped it: {}", each.seal.name.str(), to_string(each.seal.state), caller.id().str(), reason);

    for (auto& each : stopped.seals) {
        std::string why = "seal " + each.seal.name.str() + (each.seal.state == SealState::lost ? " was reported lost: " : " was stopped: ") + reason;
        each.withdrawn = co_await withdraw_open(caller, each.seal.name, std::move(why));
    }
    // No signature leaves any more; now nobody may try for one either, and what somebody was allowed for a time is over.
    for (const TokenName& name : tokens_of(stopped.seals)) {
        std::function<Result<std::vector<SealName>>(Database&)> others = [name](Database& database) { return in_force_on(database, name); };
        auto also = co_await store_.read(std::move(others));
        std::string why = "emergency stop: " + reason;
        auto locked = co_await custody_.lock_for_stop(caller, name, std::move(why));
        if (!locked) spdlog::error("token {}: {} [{}]", name.str(), locked.error().message, locked.error().detail);
        stopped.tokens.push_back({name, locked ? Result<void>() : Result<void>(locked.error()), also ? std::move(*also) : std::vector<SealName>()});
    }
    co_return stopped;
}

}  // namespace seald
