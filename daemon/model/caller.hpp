// Who is asking. `Peer` is what the kernel says; a `Caller` is what identification made of it, and only it can.
#pragma once
#include <sys/types.h>

#include <optional>
#include <set>
#include <string>

#include "daemon/model/person.hpp"

namespace seald {

struct Peer {                     // facts, no judgement
    uid_t uid = static_cast<uid_t>(-1);
    gid_t gid = static_cast<gid_t>(-1);
    pid_t pid = 0;
    std::string executable;       // /proc/PID/exe; empty when it could not be read
};

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
