#include "daemon/acts/act_writing.hpp"

#include <boost/json/array.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/dual_control.hpp"
#include "daemon/store/act_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;

// The act of the seal's life that it leads to; none where the seal stays what it is.
std::optional<SealAct> act_on_seal(DualAct kind) {
    switch (kind) {
        case DualAct::resume:
            return SealAct::resume;
        case DualAct::activate:
            return SealAct::activate;
        case DualAct::cancel:
            return SealAct::cancel;
        case DualAct::destroy:
            return SealAct::destroy;
        case DualAct::copy_key:
            return std::nullopt;
    }
    return std::nullopt;
}

json::object fields_of(const PendingAct& act, const Hand& hand) {
    json::object fields{{"caller", entry_fields::caller(hand.caller)}, {"act", act.number.str()}, {"act_kind", to_string(act.kind)}};
    if (act.seal) fields["seal"] = act.seal->str();
    if (!hand.policy.sha256.empty()) fields["policy"] = hand.policy.sha256;
    return fields;
}

// Before anybody is bothered: it could be carried out as things are.
Result<void> check_possible(Database& database, const ActWish& wish, Timestamp now) {
    const auto act = act_on_seal(wish.kind);
    if (!act) return {};
    const SealActRequest request{.act = *act, .reason = wish.reason, .filing = {}};
    auto after = foresee_seal_act(database, wish.seal, request, now);
    if (!after) return after.error();
    return {};
}

Result<void> check_anybody_else(const PendingAct& act, const Policy& policy) {
    const auto needed = confirmations_needed(act.kind);
    if (who_may_confirm(act, policy).size() >= needed) return {};
    std::string roles;
    for (const Role role : roles_for(right_to_confirm(act.kind))) roles += (roles.empty() ? "" : " or ") + std::string(to_string(role));
    return refusal("second-person", "nobody could confirm this: it takes " + std::to_string(needed) + " other person" + (needed > 1 ? "s" : "") + " with an approval key",
                   {"an enrolled person with the role " + roles + " and an approval_key"});
}

Result<void> check_open(const PendingAct& act, Timestamp now) {
    const auto state = act.state_at(now);
    if (state == DualActState::waiting) return {};
    if (state == DualActState::confirmed)
        return conflict("act-closed", act.number.str() + " is confirmed already and not complete: sealctl act complete " + act.number.str());
    return conflict("act-closed", act.number.str() + " is " + std::string(to_string(state)) + (act.end_reason.empty() ? "" : ", because " + act.end_reason) + ": ask again if it is still wanted");
}

// The seal is still the one that the statement speaks of.
Result<void> check_unchanged(Database& database, const PendingAct& act) {
    if (!act.seal) return {};
    auto seal = read_seal(database, *act.seal);
    if (!seal) return seal.error();
    auto stated = read_statement(act.statement);
    if (!stated) return stated.error();
    if (seal->state == stated->state && seal->epoch == stated->epoch) return {};
    return conflict("act-overtaken", "seal " + act.seal->str() + " is not what it was when " + act.number.str() + " was asked for: it was " + std::string(to_string(stated->state)) + " and is " +
                                         std::string(to_string(seal->state)) + (seal->epoch == stated->epoch ? "" : ", stopped in between") + "; ask again");
}

Result<PendingAct> end(Transaction& transaction, PendingAct act, DualActState as, const std::string& reason, json::object fields, Timestamp now) {
    if (!reason.empty()) fields["reason"] = reason;
    if (auto index = transaction.append(Entry::make("act-" + std::string(to_string(as)), now, fields)); !index) return index.error();
    if (auto set = tables::set_act_state(transaction.database(), act.number, act.state, as, reason, now); !set) return set.error();
    act.state = as;
    act.end_reason = reason;
    return act;
}

Result<void> record(Transaction& transaction, PendingAct& act, const std::string& jws, const CheckedConfirmation& checked, const Hand& hand) {
    auto fields = fields_of(act, hand);
    fields["statement_sha256"] = act.statement_sha256().hex();
    // The signed decision itself, with the key it was checked with: it can be verified again from the ledger alone.
    fields["confirmation"] = json::object{{"jws", jws}, {"key", checked.key.to_pem()}};
    fields["still_needed"] = act.still_needed() - 1;
    auto index = transaction.append(Entry::make("act-confirmed", hand.now, fields));
    if (!index) return index.error();
    const RecordedConfirmation confirmation{hand.caller.id(), checked.id, jws, checked.key.to_pem(), hand.now};
    if (auto put = tables::insert_confirmation(transaction.database(), act.number, confirmation, *index); !put) return put.error();
    act.confirmations.push_back(confirmation);
    return {};
}

Result<void> set_state(Transaction& transaction, PendingAct& act, DualActState to, Timestamp now) {
    if (auto set = tables::set_act_state(transaction.database(), act.number, act.state, to, {}, now); !set) return set.error();
    act.state = to;
    return {};
}

Result<void> carry_out(Transaction& transaction, PendingAct& act, const Hand& hand) {
    if (needs_token(act.kind)) return set_state(transaction, act, DualActState::confirmed, hand.now);
    if (auto set = set_state(transaction, act, DualActState::done, hand.now); !set) return set;
    const auto on_seal = act_on_seal(act.kind);
    if (!on_seal || !act.seal) return internal_error("no act on a seal follows from " + act.number.str());
    const SealActRequest request{.act = *on_seal, .reason = act.reason, .filing = {}, .more = hands_of(act)};
    auto seal = write_seal_act(transaction, hand.caller, *act.seal, request, hand.now);
    if (!seal) return seal.error();
    return {};
}

}  // namespace

bool needs_token(DualAct kind) { return kind == DualAct::destroy || kind == DualAct::copy_key; }

json::object hands_of(const PendingAct& act) {
    json::array confirmed_by;
    for (const auto& each : act.confirmations) confirmed_by.push_back(json::string(each.person.str()));
    return {{"act", act.number.str()}, {"asked_by", act.asked_by.str()}, {"confirmed_by", std::move(confirmed_by)}};
}

Result<PendingAct> read_act(Database& database, const ActNumber& number) {
    auto act = tables::find_act(database, number);
    if (!act) return act.error();
    if (!*act) return not_found("there is no act " + number.str() + "; sealctl act list shows those there are");
    return std::move(**act);
}

Result<PendingAct> write_asking(Transaction& transaction, const ActWish& wish, const Hand& hand) {
    auto& database = transaction.database();
    if (auto possible = check_possible(database, wish, hand.now); !possible) return possible.error();
    auto seal = read_seal(database, wish.seal);
    if (!seal) return seal.error();
    auto number = tables::next_act_number(database, year_of(hand.now));
    if (!number) return number.error();
    PendingAct act{.number = *number,
                   .kind = wish.kind,
                   .seal = wish.seal,
                   .statement = state_act(*number, wish, *seal, hand.policy.daemon_id, hand.caller.id(), hand.now),
                   .reason = wish.reason,
                   .asked_by = hand.caller.id(),
                   .asked_at = hand.now,
                   .expires_at = hand.now + act_patience};
    if (auto others = check_anybody_else(act, hand.policy); !others) return others.error();
    // One that nobody confirmed in time makes room for the same again.
    if (auto expired = write_act_expiries(transaction, hand.now); !expired) return expired.error();
    if (auto inserted = tables::insert_act(database, act); !inserted) return inserted.error();
    auto fields = fields_of(act, hand);
    fields["reason"] = act.reason;
    fields["statement"] = act.statement;
    fields["statement_sha256"] = act.statement_sha256().hex();
    fields["expires_at"] = to_rfc3339(act.expires_at);
    if (auto index = transaction.append(Entry::make("act-asked", hand.now, fields)); !index) return index.error();
    return act;
}

Result<PendingAct> write_confirmation(Transaction& transaction, const ActNumber& number, const std::string& jws, const Hand& hand) {
    auto act = read_act(transaction.database(), number);
    if (!act) return act.error();
    if (auto open = check_open(*act, hand.now); !open) return open.error();
    auto checked = check_confirmation(jws, hand.caller, *act, hand.policy, hand.now);
    if (!checked) return checked.error();
    if (auto unchanged = check_unchanged(transaction.database(), *act); !unchanged) return unchanged.error();
    if (auto recorded = record(transaction, *act, jws, *checked, hand); !recorded) return recorded.error();
    if (act->still_needed() > 0) return act;
    if (auto done = carry_out(transaction, *act, hand); !done) return done.error();
    return act;
}

Result<PendingAct> write_decline(Transaction& transaction, const ActNumber& number, const std::string& reason, const Hand& hand) {
    auto act = read_act(transaction.database(), number);
    if (!act) return act.error();
    if (act->asked_by == hand.caller.id()) return refusal("act-own", number.str() + " is your own: sealctl act withdraw " + number.str());
    if (auto may = require_role_for(right_to_confirm(act->kind), hand.caller); !may) return may.error();
    if (auto open = check_open(*act, hand.now); !open) return open.error();
    auto fields = fields_of(*act, hand);
    return end(transaction, std::move(*act), DualActState::declined, reason, std::move(fields), hand.now);
}

Result<PendingAct> write_act_withdrawal(Transaction& transaction, const ActNumber& number, const std::string& reason, const Hand& hand) {
    auto act = read_act(transaction.database(), number);
    if (!act) return act.error();
    if (act->asked_by != hand.caller.id())
        return refusal("act-of-another", "only " + act->asked_by.str() + ", who asked, can withdraw " + number.str() + "; others decline it", {act->asked_by.str()});
    // What turns out to be impossible in a token is given up, and asked for otherwise; a key that is gone is known to be gone.
    const bool given_up = act->state == DualActState::confirmed;
    if (auto open = check_open(*act, hand.now); !open && !given_up) return open.error();
    auto fields = fields_of(*act, hand);
    return end(transaction, std::move(*act), DualActState::withdrawn, reason, std::move(fields), hand.now);
}

Result<void> write_act_expiries(Transaction& transaction, Timestamp now) {
    auto open = tables::list_acts(transaction.database(), true, 1000);
    if (!open) return open.error();
    for (const PendingAct& act : *open) {
        if (act.state_at(now) != DualActState::expired) continue;
        json::object fields{{"caller", json::object{{"id", "seald"}, {"kind", "daemon"}}}, {"act", act.number.str()}, {"act_kind", to_string(act.kind)}};
        if (act.seal) fields["seal"] = act.seal->str();
        auto ended = end(transaction, act, DualActState::expired, {}, std::move(fields), now);
        if (!ended) return ended.error();
    }
    return {};
}

Result<void> write_act_done(Transaction& transaction, const PendingAct& act, Timestamp now) {
    return tables::set_act_state(transaction.database(), act.number, DualActState::confirmed, DualActState::done, {}, now);
}

}  // namespace seald
