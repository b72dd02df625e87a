#include "daemon/policy/hand_over_rules.hpp"

#include <algorithm>

#include "daemon/policy/proof_check.hpp"

namespace seald {
namespace {

Result<const Person*> enrolled(const PersonId& id, const Policy& policy) {
    const Person* person = policy.find_person(id);
    if (person == nullptr || person->outside) return refusal("hand-over-person", id.str() + " is nobody who is enrolled", {"somebody of this organisation"});
    return person;
}

bool supervises(const Person& person) {
    return std::ranges::any_of(person.roles, [](Role role) { return role != Role::applicant; });
}

Result<void> check_giver(const Caller& caller, const Seal& seal, const Policy& policy) {
    if (caller.id() == seal.custodian) return {};
    const bool has_left = policy.find_person(seal.custodian) == nullptr;
    if (has_left && caller.has(Role::administrator)) return {};
    return refusal("hand-over-giver", "seal " + seal.name.str() + " is " + seal.custodian.str() + "'s to hand over",
                   {has_left ? "a person with the role administrator, as " + seal.custodian.str() + " has left" : seal.custodian.str()});
}

Error another(const std::string& what) { return refusal("hand-over-statement", "what was signed names another " + what + " than the hand-over"); }

Result<void> check_binding(const HandOverStatement& statement, HandOverPart part, const HandOver& begun) {
    if (statement.part != part) return refusal("hand-over-statement", "what was signed is " + std::string(to_string(statement.part)) + ", not " + std::string(to_string(part)));
    if (statement.hand_over != begun.number) return another("number");
    if (statement.seal != begun.seal) return another("seal");
    if (statement.giver != begun.giver) return another("giver");
    if (statement.receiver != begun.receiver) return another("receiver");
    if (statement.supervisor != begun.supervisor) return another("supervisor");
    if (statement.reason != begun.reason) return another("reason");
    return {};
}

Result<void> check_time(const HandOverStatement& statement, Timestamp now) {
    if (now + clock_difference < statement.issued_at) return refusal("hand-over-statement", "what was signed is dated ahead: set the signer's clock right");
    if (now >= statement.expires_at) return refusal("hand-over-statement", "what was signed is over since " + to_rfc3339(statement.expires_at) + ": sign it anew");
    if (statement.expires_at > statement.issued_at + longest_hand_over_statement)
        return refusal("hand-over-statement", "what was signed is valid for longer than " + to_string(longest_hand_over_statement) + ": it is for this moment");
    return {};
}

bool may_appoint(const Caller& caller, const Seal& seal) { return caller.id() == seal.custodian || caller.has(Role::administrator); }

Error who_appoints(const Seal& seal, const std::string& what) {
    return refusal("acting-custodian", "who may " + what + " an acting custodian is the seal's custodian or an administrator",
                   {seal.custodian.str(), "a person with the role administrator"});
}

}  // namespace

Result<void> check_parties(const Caller& caller, const Seal& seal, const PersonId& receiver, const PersonId& supervisor, const Policy& policy) {
    if (auto gives = check_giver(caller, seal, policy); !gives) return gives;
    auto receives = enrolled(receiver, policy);
    if (!receives) return receives.error();
    auto watches = enrolled(supervisor, policy);
    if (!watches) return watches.error();
    const bool all_others = receiver != supervisor && receiver != seal.custodian && supervisor != seal.custodian && receiver != caller.id() && supervisor != caller.id();
    if (!all_others) return refusal("hand-over-persons", "giver, receiver, supervisor and whoever begins it for a giver that has left are different persons");
    if (!(*receives)->roles.contains(Role::custodian))
        return refusal("hand-over-receiver", receiver.str() + " could not keep the seal", {"a receiver with the role custodian"});
    if (!supervises(**watches)) return refusal("hand-over-supervisor", supervisor.str() + " only applies for seals", {"a supervisor with another role"});
    return {};
}

Result<void> check_turn(const Caller& caller, const HandOver& hand_over, HandOverPart part) {
    const PersonId& whose = part == HandOverPart::receive ? hand_over.receiver : hand_over.supervisor;
    if (caller.id() != whose) return refusal("hand-over-person", "it is " + whose.str() + " who has to say so", {whose.str()});
    if (part == HandOverPart::receive && hand_over.received_at) return conflict("hand-over-state", "it was received already: " + hand_over.supervisor.str() + " confirms it");
    if (part == HandOverPart::supervise && !hand_over.received_at)
        return conflict("hand-over-state", "the supervisor confirms what the receiver has accepted: " + hand_over.receiver.str() + " did not yet");
    return {};
}

Result<void> check_decline(const Caller& caller, const HandOver& hand_over) {
    const auto& id = caller.id();
    if (id == hand_over.receiver || id == hand_over.supervisor || id == hand_over.giver || id == hand_over.started_by || caller.has(Role::administrator)) return {};
    return refusal("hand-over-person", "who takes part in it ends it", {hand_over.giver.str(), hand_over.receiver.str(), hand_over.supervisor.str()});
}

Result<void> check_statement(const Caller& caller, const std::optional<std::string>& jws, HandOverPart part, const HandOver& begun, const Policy& policy,
                             Timestamp now) {
    const PublicKey* key = find_key(caller, policy);
    if (key == nullptr && !jws) return {};
    if (key == nullptr) return refusal("hand-over-statement", "no key is enrolled for " + caller.id().str() + " that what was signed could be checked with");
    if (!jws)
        return refusal("hand-over-statement", "who has a key enrolled signs his part of a hand-over",
                       {"a statement by the key of " + caller.id().str() + ": sealctl seal hand-over --key, or the field \"statement\""});
    const auto token = decode_jws(*jws);
    if (!token) return token.error();
    if (!token->kid.empty() && token->kid != key->thumbprint()) return refusal("hand-over-statement", "it names another key than the one enrolled for " + caller.id().str());
    if (!verify_jws(*token, *key)) return refusal("hand-over-statement", "it is not signed with the key enrolled for " + caller.id().str());
    const auto statement = decode_unverified_hand_over(*token);
    if (!statement) return statement.error();
    if (statement->issuer != caller.id()) return refusal("hand-over-statement", "it is by " + statement->issuer.str() + ", not by the caller");
    if (statement->audience != policy.daemon_id) return refusal("hand-over-statement", "it is for another daemon than " + policy.daemon_id);
    if (auto bound = check_binding(*statement, part, begun); !bound) return bound;
    return check_time(*statement, now);
}

Result<void> check_appointment(const Caller& caller, const Seal& seal, const ActingCustodian& wanted, const Policy& policy, Timestamp now) {
    if (!may_appoint(caller, seal)) return who_appoints(seal, "appoint");
    auto person = enrolled(wanted.person, policy);
    if (!person) return person.error();
    if (wanted.person == caller.id()) return refusal("acting-custodian", "nobody appoints himself", {"another administrator, or the custodian"});
    if (wanted.person == seal.custodian) return refusal("acting-custodian", wanted.person.str() + " is the seal's custodian already");
    if ((*person)->roles.contains(Role::auditor)) return refusal("acting-custodian", "who audits keeps no seal (三權分立)", {"somebody without the role auditor"});
    if (wanted.begin >= wanted.end || wanted.end <= now) return malformed("the period is over or ends before it begins: give --until after --from, and ahead");
    if (wanted.end - wanted.begin > longest_acting) return malformed("an acting custodian is one for 366 days at most: hand the seal over instead");
    return {};
}

Result<void> check_dismissal(const Caller& caller, const Seal& seal, const PersonId& person) {
    if (may_appoint(caller, seal) || caller.id() == person) return {};
    return who_appoints(seal, "dismiss");
}

}  // namespace seald
