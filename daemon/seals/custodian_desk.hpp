// Who keeps a seal: handing it over (移交) by three persons, each for himself and all dated, and acting custodians for a period
// (臨時代管).
#pragma once
#include "daemon/model/hand_over.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/seals/seal_register.hpp"

namespace seald {

struct HandOverWish {
    PersonId receiver, supervisor;
    std::string reason;
};

struct Custody {  // of one seal
    std::vector<HandOver> hand_overs;      // by number
    std::vector<ActingCustodian> acting;   // now or later
};

class CustodianDesk {
  public:
    CustodianDesk(Store& store, const PolicyInForce& policies, const Clock& clock) : store_(store), policies_(policies), clock_(clock) {}

    using Statement = std::optional<std::string>;  // a JWS; see core/hand_over_statement.hpp
    boost::asio::awaitable<Result<HandOver>> begin(Caller caller, SealName name, HandOverWish wish, Statement statement);
    boost::asio::awaitable<Result<HandOver>> accept(Caller caller, SealName name, Statement statement);   // the receiver
    boost::asio::awaitable<Result<HandOver>> confirm(Caller caller, SealName name, Statement statement);  // the supervisor: it is done
    boost::asio::awaitable<Result<HandOver>> decline(Caller caller, SealName name, std::string reason);

    // `wanted` without its number and who appoints.
    boost::asio::awaitable<Result<ActingCustodian>> appoint(Caller caller, ActingCustodian wanted);
    boost::asio::awaitable<Result<void>> dismiss(Caller caller, SealName name, PersonId person, std::string reason);

    boost::asio::awaitable<Result<Custody>> custody(SealName name);

  private:
    template <class T>
    boost::asio::awaitable<Result<T>> write(std::function<Result<T>(Transaction&)> work);
    Store& store_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
