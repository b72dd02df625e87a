// One entry in a transaction of its own: for what happened that changes no other state.
#pragma once
#include <boost/asio/awaitable.hpp>

#include "daemon/store/store.hpp"

namespace seald {

// The entry's index, once it is durable. While the disk is full only refusals, fail-overs, and the daemon's starts and stops
// are recorded; what somebody asks for can wait.
boost::asio::awaitable<Result<std::uint64_t>> record_entry(Store& store, Entry entry, WhenFull when_full = WhenFull::refuse);

}  // namespace seald
