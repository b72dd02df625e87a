// Stops seals at once, for whoever fears that one is misused or gone (應急預案, 掛失): the seals, all approvals that could still
// use them, and the tokens that hold their keys. The seals and approvals are stopped in one transaction, whether a token is
// there or not; no signature that was under way leaves (promise I7). Applications and tokens follow. Doing it again, after a
// crash in between, completes it.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <string>
#include <vector>

#include "daemon/applications/application_writing.hpp"
#include "daemon/custody/token_desk.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/seals/seal_register.hpp"

namespace seald {

struct StoppedSeal {
    Seal seal;                                 // as it is now
    SealState before;
    std::vector<ApplicationNumber> withdrawn;  // those that were open
    std::set<PersonId> concerned;              // custodian, users and those who decide: who has to hear of it
};

struct LockedToken {
    TokenName token;
    Result<void> locked;                       // it is stopped even where its lock could not be recorded
    std::vector<SealName> also_on_it;          // seals in force that need it unlocked again
};

struct Stopped {
    std::vector<StoppedSeal> seals;
    std::vector<LockedToken> tokens;
};

class EmergencyStop {
  public:
    EmergencyStop(Store& store, TokenDesk& custody, const PolicyInForce& policies, const Clock& clock)
        : store_(store), custody_(custody), policies_(policies), clock_(clock) {}

    // Suspends them; none named: all that are in force or suspended. What is suspended already loses its approvals. All or, when
    // one of the names is no seal or its end is final, nothing.
    boost::asio::awaitable<Result<Stopped>> stop(Caller caller, std::set<SealName> names, std::string reason);
    // Reports the seal lost or compromised, for good.
    boost::asio::awaitable<Result<Stopped>> report_lost(Caller caller, SealName name, std::string reason);

    // The open applications for a seal that is not used any more, one by one; those that were withdrawn.
    boost::asio::awaitable<std::vector<ApplicationNumber>> withdraw_open(Caller caller, SealName seal, std::string why);

  private:
    using Write = std::function<Result<std::vector<StoppedSeal>>(Transaction&, const Hand&)>;
    boost::asio::awaitable<Result<Stopped>> carry_out(Caller caller, std::string reason, Write write);

    Store& store_;
    TokenDesk& custody_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
