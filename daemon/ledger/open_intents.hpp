// Intents whose outcome was not recorded: the daemon died in between, or the ledger could not be written just then. No
// signature of theirs was released. Each gets an outcome that says so, at the start or as soon as the ledger can be written.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "daemon/store/store.hpp"

namespace seald {

// At start: they become `unknown` and stay consumed, since nobody knows what the token did. How many there were.
boost::asio::awaitable<Result<std::size_t>> close_unfinished_intents(Store& store, Timestamp now);

// While running: tries until it succeeds, in the background. They become `discarded`, and their approvals are free again.
void close_when_possible(boost::asio::any_io_executor executor, Store& store, std::vector<std::uint64_t> intents);

}  // namespace seald
