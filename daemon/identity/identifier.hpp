// Step 3 of the walk: facts about a connection become somebody who is enrolled, or nothing goes on.
#pragma once
#include "daemon/model/caller.hpp"
#include "daemon/model/policy.hpp"

namespace seald {

class Identifier {
  public:
    explicit Identifier(const Policy& policy);        // keeps its own index by uid
    Result<Caller> identify(const Peer& peer) const;  // not_identified, naming the uid and what would enrol it

  private:
    std::map<uid_t, Person> persons_;
    std::map<uid_t, ApplicationClient> clients_;
};

}  // namespace seald
