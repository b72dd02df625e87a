// Step 3 of the walk: facts about a connection become somebody who is enrolled, or nothing goes on.
#pragma once
#include "daemon/model/caller.hpp"
#include "daemon/model/policy.hpp"

namespace seald {

class Identifier {
  public:
    explicit Identifier(const Policy& policy) { replace(policy); }
    void replace(const Policy& policy);               // keeps its own index
    Result<Caller> identify(const Peer& peer) const;  // not_identified, naming the fact and what would enrol it

  private:
    template <class Enrolled>
    void enrol(const Enrolled& who);
    std::set<PersonId> whom(const Peer& peer) const;

    std::map<PersonId, Person> persons_;
    std::map<PersonId, ApplicationClient> clients_;
    // "uid 2001", "certificate <sha256>", "DNS:erp.example.org" -> whoever is enrolled with it.
    std::map<std::string, std::set<PersonId>> known_by_;
};

}  // namespace seald
