#include "daemon/identity/identifier.hpp"

namespace seald {

namespace {

// What getsockopt(SO_PEERCRED) leaves behind when it knows nobody (-1 is never a user: POSIX chown).
constexpr uid_t no_user = static_cast<uid_t>(-1);

Error not_enrolled(uid_t uid) {
    return Error{.code = ErrorCode::not_identified,
                 .message = "uid " + std::to_string(uid) +
                            " is not enrolled: add a [[person]] or [[application_client]] with unix_user to the "
                            "configuration"};
}

}  // namespace

// The configuration refuses two enrolments with one uid; should a policy hold them all the same, that uid is nobody:
// who uses a seal answers for it, so there is no guessing.
Identifier::Identifier(const Policy& policy) {
    std::map<uid_t, unsigned> enrolments;
    for (const auto& [id, person] : policy.persons) {
        if (person.uid) ++enrolments[*person.uid];
    }
    for (const auto& [id, client] : policy.application_clients) ++enrolments[client.uid];
    enrolments[no_user] += 2;
    for (const auto& [id, person] : policy.persons) {
        if (person.uid && enrolments[*person.uid] == 1) persons_.emplace(*person.uid, person);
    }
    for (const auto& [id, client] : policy.application_clients) {
        if (enrolments[client.uid] == 1) clients_.emplace(client.uid, client);
    }
}

Result<Caller> Identifier::identify(const Peer& peer) const {
    if (const auto found = persons_.find(peer.uid); found != persons_.end()) {
        const Person& who = found->second;
        return Caller(who.id, Caller::Kind::person, who.name, who.department, who.roles, peer);
    }
    if (const auto found = clients_.find(peer.uid); found != clients_.end()) {
        const ApplicationClient& program = found->second;
        return Caller(program.id, Caller::Kind::application_client, program.id.str(), program.department, {}, peer);
    }
    return not_enrolled(peer.uid);
}

}  // namespace seald
