// What follows from an act that enough people confirmed and that is more than a change of the register: keys copied or destroyed in
// their tokens, applications for a cancelled seal withdrawn. Each can be completed by doing it again.
#pragma once
#include "daemon/acts/key_destruction.hpp"
#include "daemon/emergency/emergency_stop.hpp"
#include "daemon/seals/standby_keys.hpp"

namespace seald {

class ActCompletion {
  public:
    ActCompletion(KeyDestruction& destruction, StandbyKeys& standby, EmergencyStop& emergency, const Clock& clock)
        : destruction_(destruction), standby_(standby), emergency_(emergency), clock_(clock) {}

    // Could it be carried out as things are? What the wish lacks is filled in.
    boost::asio::awaitable<Result<ActWish>> prepare(ActWish wish);
    boost::asio::awaitable<Result<void>> complete(Caller caller, PendingAct act);

  private:
    boost::asio::awaitable<Result<void>> copy_key(Caller caller, PendingAct act);

    KeyDestruction& destruction_;
    StandbyKeys& standby_;
    EmergencyStop& emergency_;
    const Clock& clock_;
};

}  // namespace seald
