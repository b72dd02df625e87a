// Takes in what one person cannot do alone (雙人控制), shows it to those who could confirm it, and carries it out once enough of
// them signed. One person is enough to stop it: to decline, or withdraw what he asked for himself.
#pragma once
#include "daemon/acts/act_completion.hpp"

namespace seald {

struct ActView {
    PendingAct act;
    DualActState state;            // at the moment of asking
    std::set<PersonId> who;        // could confirm it now
    bool may_confirm = false;      // the caller
    std::string problem = {};      // confirmed, but not complete: why, and what helps
};

enum class ActFilter { open, waiting_for_me, all };

class ActDesk {
  public:
    using View = boost::asio::awaitable<Result<ActView>>;
    ActDesk(Store& store, ActCompletion& completion, const PolicyInForce& policies, const Clock& clock)
        : store_(store), completion_(completion), policies_(policies), clock_(clock) {}

    View ask(Caller caller, ActWish wish);
    View confirm(Caller caller, ActNumber number, std::string jws);
    View decline(Caller caller, ActNumber number, std::string reason);
    View withdraw(Caller caller, ActNumber number, std::string reason);
    View complete(Caller caller, ActNumber number);  // what is confirmed and could not be done to the end
    View find(Caller caller, ActNumber number);
    boost::asio::awaitable<Result<std::vector<ActView>>> list(Caller caller, ActFilter filter, unsigned limit);
    boost::asio::awaitable<Result<void>> end_expired();

  private:
    using Change = std::function<Result<PendingAct>(Transaction&, const Hand&)>;
    View change(Caller caller, Change write);
    View follow_up(Caller caller, PendingAct act);

    Store& store_;
    ActCompletion& completion_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
