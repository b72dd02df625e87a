// What a custodian may do, and who acts as one: by his role, or appointed for this one seal and period (臨時代管).
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/policy/roles.hpp"
#include "daemon/store/store.hpp"

namespace seald {

// As require_role_for(); for what a custodian does with a seal or its token, being its acting custodian now is enough.
boost::asio::awaitable<Result<void>> require_custody_of(Store& store, Act act, Caller caller, SealName seal, Timestamp now);
boost::asio::awaitable<Result<void>> require_custody_of(Store& store, Act act, Caller caller, TokenName token, Timestamp now);

}  // namespace seald
