// One entry in a transaction of its own: for what happened that changes no other state.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/store/store.hpp"

namespace seald {

// The entry's index, once it is durable.
boost::asio::awaitable<Result<std::uint64_t>> record_entry(Store& store, Entry entry);

}  // namespace seald
