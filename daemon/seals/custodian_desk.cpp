#include "daemon/seals/custodian_desk.hpp"

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/hand_over_rules.hpp"
#include "daemon/store/custody_table.hpp"
#include "daemon/store/seal_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

// One that can still be used: who keeps a seal that is over is in the ledger, and stays.
Result<Seal> find_living_seal(Database& database, const SealName& name) {
    auto seal = tables::find_seal(database, name);
    if (!seal) return seal.error();
    if (!*seal) return not_found("there is no seal " + name.str() + "; sealctl seal list shows those there are");
    const SealState state = (*seal)->state;
    if (state == SealState::cancelled || state == SealState::destroyed)
        return conflict("seal-state", "seal " + name.str() + " is " + std::string(to_string(state)) + ": nobody keeps it any more");
    return std::move(**seal);
}

Result<HandOver> find_open(Database& database, const SealName& name) {
    auto open = tables::find_open_hand_over(database, name);
    if (!open) return open.error();
    if (!*open) return conflict("hand-over-state", "seal " + name.str() + " is not being handed over");
    return std::move(**open);
}

json::object entry_of(const Caller& caller, const Seal& seal, const HandOver& hand_over, const CustodianDesk::Statement& statement) {
    json::object fields{{"caller", entry_fields::caller(caller)},
                        {"seal", seal.name.str()},
                        {"state", to_string(seal.state)},
                        {"hand_over", hand_over.number},
                        {"giver", hand_over.giver.str()},
                        {"receiver", hand_over.receiver.str()},
                        {"supervisor", hand_over.supervisor.str()},
                        {"reason", hand_over.reason}};
    if (statement) fields["statement"] = *statement;
    return fields;
}

json::object entry_of(const Caller& caller, const Seal& seal, const PersonId& person, const std::string& reason) {
    return {{"caller", entry_fields::caller(caller)}, {"seal", seal.name.str()}, {"state", to_string(seal.state)}, {"acting_custodian", person.str()},
            {"reason", reason}};
}

// What a hand-over's three parts have in common: who it is, by which policy, when, and what he signed.
struct Word {
    Caller caller;
    std::shared_ptr<const Policy> policy;
    Timestamp now;
    CustodianDesk::Statement statement;
};

Result<HandOver> write_begin(Transaction& transaction, const SealName& name, const HandOverWish& wish, const Word& word) {
    auto seal = find_living_seal(transaction.database(), name);
    if (!seal) return seal.error();
    if (auto fit = check_parties(word.caller, *seal, wish.receiver, wish.supervisor, *word.policy); !fit) return fit.error();
    HandOver begun{.number = 0,
                   .seal = name,
                   .giver = seal->custodian,
                   .receiver = wish.receiver,
                   .supervisor = wish.supervisor,
                   .reason = wish.reason,
                   .started_by = word.caller.id(),
                   .started_at = word.now};
    if (auto said = check_statement(word.caller, word.statement, HandOverPart::give, begun, *word.policy, word.now); !said) return said.error();
    auto number = tables::insert_hand_over(transaction.database(), begun);
    if (!number) return number.error();
    begun.number = *number;
    auto index = transaction.append(Entry::make("seal-hand-over-begun", word.now, entry_of(word.caller, *seal, begun, word.statement)));
    if (!index) return index.error();
    return begun;
}

// The custodian changes with the last word, in its transaction.
Result<void> change_custodian(Transaction& transaction, Seal& seal, const HandOver& hand_over) {
    if (seal.custodian != hand_over.giver)
        return conflict("hand-over-state", "seal " + seal.name.str() + " is not " + hand_over.giver.str() + "'s any more: decline it and begin anew");
    seal.custodian = hand_over.receiver;
    return tables::update_seal(transaction.database(), seal, seal.state, seal.epoch);
}

Result<HandOver> write_part(Transaction& transaction, const SealName& name, HandOverPart part, const Word& word) {
    auto seal = find_living_seal(transaction.database(), name);
    if (!seal) return seal.error();
    auto open = find_open(transaction.database(), name);
    if (!open) return open.error();
    if (auto his = check_turn(word.caller, *open, part); !his) return his.error();
    if (auto said = check_statement(word.caller, word.statement, part, *open, *word.policy, word.now); !said) return said.error();
    const bool last = part == HandOverPart::supervise;
    (last ? open->confirmed_at : open->received_at) = word.now;
    if (last)
        if (auto changed = change_custodian(transaction, *seal, *open); !changed) return changed.error();
    if (auto updated = tables::update_hand_over(transaction.database(), *open); !updated) return updated.error();
    auto fields = entry_of(word.caller, *seal, *open, word.statement);
    if (last) fields["custodian"] = seal->custodian.str();
    auto index = transaction.append(Entry::make(last ? "seal-handed-over" : "seal-hand-over-accepted", word.now, fields));
    if (!index) return index.error();
    return std::move(*open);
}

Result<HandOver> write_decline(Transaction& transaction, const SealName& name, const std::string& reason, const Caller& caller, Timestamp now) {
    auto seal = tables::find_seal(transaction.database(), name);
    if (!seal) return seal.error();
    if (!*seal) return not_found("there is no seal " + name.str());
    auto open = find_open(transaction.database(), name);
    if (!open) return open.error();
    if (auto may = check_decline(caller, *open); !may) return may.error();
    open->declined_by = caller.id();
    open->declined_at = now;
    if (auto updated = tables::update_hand_over(transaction.database(), *open); !updated) return updated.error();
    auto fields = entry_of(caller, **seal, *open, std::nullopt);
    fields["reason"] = reason;
    if (auto index = transaction.append(Entry::make("seal-hand-over-declined", now, fields)); !index) return index.error();
    return std::move(*open);
}

}  // namespace

template <class T>
asio::awaitable<Result<T>> CustodianDesk::write(std::function<Result<T>(Transaction&)> work) {
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<HandOver>> CustodianDesk::begin(Caller caller, SealName name, HandOverWish wish, Statement statement) {
    const Word word{std::move(caller), policies_.current(), clock_.now(), std::move(statement)};
    std::function<Result<HandOver>(Transaction&)> work = [name, wish, word](Transaction& transaction) { return write_begin(transaction, name, wish, word); };
    co_return co_await write(std::move(work));
}

asio::awaitable<Result<HandOver>> CustodianDesk::accept(Caller caller, SealName name, Statement statement) {
    const Word word{std::move(caller), policies_.current(), clock_.now(), std::move(statement)};
    std::function<Result<HandOver>(Transaction&)> work = [name, word](Transaction& transaction) {
        return write_part(transaction, name, HandOverPart::receive, word);
    };
    co_return co_await write(std::move(work));
}

asio::awaitable<Result<HandOver>> CustodianDesk::confirm(Caller caller, SealName name, Statement statement) {
    const Word word{std::move(caller), policies_.current(), clock_.now(), std::move(statement)};
    std::function<Result<HandOver>(Transaction&)> work = [name, word](Transaction& transaction) {
        return write_part(transaction, name, HandOverPart::supervise, word);
    };
    co_return co_await write(std::move(work));
}

asio::awaitable<Result<HandOver>> CustodianDesk::decline(Caller caller, SealName name, std::string reason) {
    std::function<Result<HandOver>(Transaction&)> work = [caller, name, reason, now = clock_.now()](Transaction& transaction) {
        return write_decline(transaction, name, reason, caller, now);
    };
    co_return co_await write(std::move(work));
}

asio::awaitable<Result<ActingCustodian>> CustodianDesk::appoint(Caller caller, ActingCustodian wanted) {
    wanted.appointed_by = caller.id();
    std::function<Result<ActingCustodian>(Transaction&)> work = [caller, wanted, policy = policies_.current(),
                                                                 now = clock_.now()](Transaction& transaction) -> Result<ActingCustodian> {
        auto seal = find_living_seal(transaction.database(), wanted.seal);
        if (!seal) return seal.error();
        if (auto may = check_appointment(caller, *seal, wanted, *policy, now); !may) return may.error();
        ActingCustodian acting = wanted;
        auto number = tables::insert_acting(transaction.database(), acting);
        if (!number) return number.error();
        acting.number = *number;
        auto fields = entry_of(caller, *seal, acting.person, acting.reason);
        fields["from"] = to_rfc3339(acting.begin);
        fields["until"] = to_rfc3339(acting.end);
        if (auto index = transaction.append(Entry::make("seal-acting-custodian", now, fields)); !index) return index.error();
        return acting;
    };
    co_return co_await write(std::move(work));
}

asio::awaitable<Result<void>> CustodianDesk::dismiss(Caller caller, SealName name, PersonId person, std::string reason) {
    std::function<Result<bool>(Transaction&)> work = [caller, name, person, reason, now = clock_.now()](Transaction& transaction) -> Result<bool> {
        auto seal = find_living_seal(transaction.database(), name);
        if (!seal) return seal.error();
        if (auto may = check_dismissal(caller, *seal, person); !may) return may.error();
        auto ended = tables::end_acting(transaction.database(), name, person, now);
        if (!ended) return ended.error();
        if (*ended == 0) return conflict("acting-custodian", person.str() + " is no acting custodian of seal " + name.str());
        auto index = transaction.append(Entry::make("seal-acting-custodian-ended", now, entry_of(caller, *seal, person, reason)));
        if (!index) return index.error();
        return true;
    };
    if (auto written = co_await write(std::move(work)); !written) co_return written.error();
    co_return Result<void>();
}

asio::awaitable<Result<Custody>> CustodianDesk::custody(SealName name) {
    std::function<Result<Custody>(Database&)> work = [name, now = clock_.now()](Database& database) -> Result<Custody> {
        auto hand_overs = tables::list_hand_overs(database, name);
        if (!hand_overs) return hand_overs.error();
        auto acting = tables::list_acting(database, name, now);
        if (!acting) return acting.error();
        return Custody{std::move(*hand_overs), std::move(*acting)};
    };
    co_return co_await store_.read(std::move(work));
}

}  // namespace seald
