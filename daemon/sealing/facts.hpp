// What the policy judges a request on, read in one snapshot of the store.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/policy/permit.hpp"
#include "daemon/store/store.hpp"

namespace seald {

// not_found when the seal or the named application does not exist.
boost::asio::awaitable<Result<SealFacts>> read_facts(Store& store, SealRequest request, PersonId caller, std::shared_ptr<const Policy> policy,
                                                       Timestamp now);

}  // namespace seald
