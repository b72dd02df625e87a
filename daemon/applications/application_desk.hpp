// Takes in applications, decisions, revocations and withdrawals, and shows where an application stands. Whether something is
// allowed is for daemon/policy to say; each change is one transaction with its ledger entry.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "daemon/applications/application_writing.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

enum class ApplicationFilter { visible, mine, waiting_for_me };

// What would become of an application if it were handed in now.
struct Prospect {
    std::vector<Error> objections;  // none: it would be taken
    std::vector<StepView> steps;    // that it would have to pass
};

class ApplicationDesk {
  public:
    using View = boost::asio::awaitable<Result<ApplicationView>>;
    ApplicationDesk(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}

    View submit(Caller caller, NewApplication wanted);
    boost::asio::awaitable<Result<Prospect>> foresee(Caller caller, NewApplication wanted);  // changes nothing
    View hand_in_again(Caller caller, ApplicationNumber number, NewApplication corrected);   // after it was returned
    View decide(Caller caller, ApplicationNumber number, std::string approval_jws);
    View revoke(Caller caller, ApplicationNumber number, std::string reason);                // the caller's own approval
    View withdraw(Caller caller, ApplicationNumber number, std::string reason);
    View find(Caller caller, ApplicationNumber number);  // not_found also when not visible
    boost::asio::awaitable<Result<std::vector<ApplicationView>>> list(Caller caller, ApplicationFilter filter, unsigned limit);

  private:
    using Change = std::function<Result<Application>(Transaction&, const Hand&)>;
    View change(Caller caller, Change write);

    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
