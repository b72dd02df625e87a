#include "daemon/policy/dual_control.hpp"

#include <algorithm>

namespace seald {
namespace {

bool confirmed_by(const PersonId& person, const PendingAct& act) {
    return std::ranges::any_of(act.confirmations, [&](const RecordedConfirmation& each) { return each.person == person; });
}

bool could_confirm(const Person& person, const PendingAct& act) {
    const auto roles = roles_for(right_to_confirm(act.kind));
    return person.id != act.asked_by && !person.outside && person.approval_key && !confirmed_by(person.id, act) &&
           std::ranges::any_of(roles, [&](Role role) { return person.roles.contains(role); });
}

Result<void> check_signature(const UnverifiedJws& jws, const Person& person) {
    if (!jws.kid.empty() && jws.kid != person.approval_key->thumbprint())
        return refusal("confirmation-signature", "the confirmation names another key than the one enrolled for " + person.id.str());
    if (!verify_jws(jws, *person.approval_key))
        return refusal("confirmation-signature", "the confirmation is not signed with the key enrolled for " + person.id.str());
    return {};
}

Result<void> check_binding(const ActConfirmation& confirmation, const Person& person, const PendingAct& act, const Policy& policy) {
    if (confirmation.issuer != person.id)
        return refusal("confirmation-issuer", "the confirmation is by " + confirmation.issuer.str() + ", not by the caller " + person.id.str());
    if (confirmation.audience != policy.daemon_id)
        return refusal("confirmation-audience", "the confirmation is for another daemon than " + policy.daemon_id);
    if (confirmation.act != act.number)
        return refusal("confirmation-act", "the confirmation is of " + confirmation.act.str() + ", not of " + act.number.str());
    if (confirmation.statement != act.statement_sha256())
        return refusal("confirmation-statement", "the confirmation is of another statement than that of " + act.number.str() +
                                                     ": what is signed is the SHA-256 of exactly what sealctl act show tells");
    return {};
}

Result<void> check_time(const ActConfirmation& confirmation, Timestamp now) {
    const Timestamp begin = std::max(confirmation.issued_at, confirmation.not_before);
    if (now + seconds(60) < begin)
        return refusal("confirmation-not-yet-valid", "the confirmation is valid only from " + to_rfc3339(begin) + ": its signer's clock is ahead, set it right");
    if (now >= confirmation.expires_at)
        return refusal("confirmation-expired", "the confirmation expired at " + to_rfc3339(confirmation.expires_at) + ": sign a new one");
    if (confirmation.expires_at > confirmation.issued_at + longest_confirmation)
        return refusal("confirmation-too-long", "the confirmation is valid for longer than " + to_string(longest_confirmation));
    return {};
}

}  // namespace

Act right_to_ask(DualAct) { return Act::manage_seal; }

// A destruction is witnessed (監銷): auditors may, too.
Act right_to_confirm(DualAct kind) { return kind == DualAct::destroy ? Act::witness_destruction : Act::confirm_act; }

std::set<PersonId> who_may_confirm(const PendingAct& act, const Policy& policy) {
    std::set<PersonId> who;
    for (const auto& [id, person] : policy.persons)
        if (could_confirm(person, act)) who.insert(id);
    return who;
}

Result<void> check_may_confirm(const Caller& caller, const PendingAct& act, const Policy& policy) {
    std::vector<std::string> others;
    for (const auto& id : who_may_confirm(act, policy)) others.push_back(id.str());
    if (caller.id() == act.asked_by)
        return refusal("act-own", act.number.str() + " was asked for by " + caller.id().str() + ": a second person confirms it", std::move(others));
    if (confirmed_by(caller.id(), act))
        return refusal("act-confirmed-before", caller.id().str() + " confirmed " + act.number.str() + " already: persons count, not signatures", std::move(others));
    if (auto may = require_role_for(right_to_confirm(act.kind), caller); !may) return may.error();
    const Person* person = policy.find_person(caller.id());
    if (person == nullptr || !person->approval_key)
        return refusal("confirmation-key-unknown", "no approval key is enrolled for " + caller.id().str() + ", who could sign the confirmation with it",
                       {"an administrator who enrols the approval_key of " + caller.id().str()});
    return {};
}

Result<CheckedConfirmation> check_confirmation(std::string_view jws, const Caller& caller, const PendingAct& act, const Policy& policy, Timestamp now) {
    if (auto may = check_may_confirm(caller, act, policy); !may) return may.error();
    const Person& person = *policy.find_person(caller.id());
    const auto token = decode_jws(jws);
    if (!token) return token.error();
    if (token->typ != act_confirmation_typ) return refusal("confirmation-type", "the confirmation's typ must be " + std::string(act_confirmation_typ));
    if (auto good = check_signature(*token, person); !good) return good.error();
    const auto confirmation = decode_unverified_act_confirmation(*token);
    if (!confirmation) return confirmation.error();
    if (auto bound = check_binding(*confirmation, person, act, policy); !bound) return bound.error();
    if (auto in_time = check_time(*confirmation, now); !in_time) return in_time.error();
    return CheckedConfirmation{confirmation->id, *person.approval_key};
}

}  // namespace seald
