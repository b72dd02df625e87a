// Finds a host's addresses, in bounded time.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <string>

namespace seald {

struct Lookup {
    boost::system::error_code failed;  // timed_out: the host's resolver had not answered by then
    boost::asio::ip::tcp::resolver::results_type places;
};
// What is still being looked up after `limit` is left to end by itself: cancelling does not end the C library's resolver.
boost::asio::awaitable<Lookup> look_up(std::string host, std::string port, std::chrono::milliseconds limit);

}  // namespace seald
