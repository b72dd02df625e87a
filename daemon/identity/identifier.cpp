#include "daemon/identity/identifier.hpp"

namespace seald {

namespace {

// What getsockopt(SO_PEERCRED) leaves behind when it knows nobody (-1 is never a user: POSIX chown).
constexpr uid_t no_user = static_cast<uid_t>(-1);

std::string words(uid_t uid) { return "uid " + std::to_string(uid); }
std::string words(const Digest& fingerprint) { return "certificate " + fingerprint.hex(); }

Error not_enrolled(const Peer& peer) {
    const bool tls = peer.certificate.has_value();
    return Error{.code = ErrorCode::not_identified,
                 .message = (tls ? words(peer.certificate->fingerprint) : words(peer.uid)) +
                            " is not enrolled: add a [[person]] or [[application_client]] with " +
                            (tls ? "tls_certificate_sha256 or tls_san" : "unix_user") + " to the configuration"};
}

// A certificate is never known by the uid of whoever holds the connection, nor the other way round.
std::vector<std::string> facts_of(const Peer& peer) {
    if (!peer.certificate) return {words(peer.uid)};
    std::vector<std::string> facts{words(peer.certificate->fingerprint)};
    for (const auto& name : peer.certificate->names) facts.push_back(name.str());
    return facts;
}

}  // namespace

template <class Enrolled>
void Identifier::enrol(const Enrolled& who) {
    if (who.uid && *who.uid != no_user) known_by_[words(*who.uid)].insert(who.id);
    if (who.certificate) known_by_[words(*who.certificate)].insert(who.id);
    if (who.certificate_name) known_by_[who.certificate_name->str()].insert(who.id);
}

void Identifier::replace(const Policy& policy) {
    persons_ = policy.persons;
    clients_ = policy.application_clients;
    known_by_.clear();
    for (const auto& [id, person] : persons_) enrol(person);
    for (const auto& [id, client] : clients_) enrol(client);
}

std::set<PersonId> Identifier::whom(const Peer& peer) const {
    std::set<PersonId> whom;
    for (const auto& fact : facts_of(peer))
        if (const auto found = known_by_.find(fact); found != known_by_.end())
            whom.insert(found->second.begin(), found->second.end());
    return whom;
}

// The configuration refuses two enrolments with one identity; should the facts point to two all the same (a certificate
// with two names), that is nobody: who uses a seal answers for it, so there is no guessing.
Result<Caller> Identifier::identify(const Peer& peer) const {
    const auto whom = this->whom(peer);
    if (whom.size() != 1) return not_enrolled(peer);
    if (const auto found = persons_.find(*whom.begin()); found != persons_.end()) {
        const Person& who = found->second;
        return Caller(who.id, Caller::Kind::person, who.name, who.department, who.roles, peer);
    }
    const ApplicationClient& program = clients_.at(*whom.begin());
    return Caller(program.id, Caller::Kind::application_client, program.id.str(), program.department, {}, peer);
}

}  // namespace seald
