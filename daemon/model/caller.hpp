// Who is asking. `Peer` is what the kernel or the TLS handshake says; a `Caller` is what identification made of it, and
// only it can.
#pragma once
#include <sys/types.h>

#include <optional>
#include <set>
#include <string>

#include "daemon/model/person.hpp"

namespace seald {

// Of a TLS client. That it chains to the client CA says only who vouches for it, not that it is anybody here.
struct ClientCertificate {
    Digest fingerprint;                  // SHA-256 of the DER
    std::vector<AlternativeName> names;
    std::string subject;                 // for people to read; never compared
    std::string serial;
};

struct Peer {                     // facts, no judgement
    uid_t uid = static_cast<uid_t>(-1);  // Unix socket
    gid_t gid = static_cast<gid_t>(-1);
    pid_t pid = 0;
    std::string executable = {};  // /proc/PID/exe; empty when it could not be read
    std::string cgroup = {};      // "/system.slice/erp.service": names the systemd unit; likewise
    std::optional<ClientCertificate> certificate = {};  // TLS
    std::string address = {};                           // TLS: "192.0.2.7:50123"
};

// What a log line says of a peer: "uid=2001 pid=42", or "certificate=<hex> address=192.0.2.7:50123".
std::string to_string(const Peer& peer);
// What one client shares over all of its connections: the user or the certificate.
std::string same_client(const Peer& peer);

class Caller {
  public:
    enum class Kind { person, application_client };

    const PersonId& id() const { return id_; }
    Kind kind() const { return kind_; }
    const std::string& name() const { return name_; }                       // display name; the id for a program
    const std::optional<Department>& department() const { return department_; }
    bool has(Role role) const { return roles_.contains(role); }
    const std::set<Role>& roles() const { return roles_; }
    const Peer& peer() const { return peer_; }

  private:
    friend class Identifier;  // daemon/identity
    Caller(PersonId id, Kind kind, std::string name, std::optional<Department> department, std::set<Role> roles, Peer peer)
        : id_(std::move(id)), kind_(kind), name_(std::move(name)), department_(std::move(department)), roles_(std::move(roles)), peer_(std::move(peer)) {}
    PersonId id_;
    Kind kind_;
    std::string name_;
    std::optional<Department> department_;
    std::set<Role> roles_;
    Peer peer_;
};

}  // namespace seald
