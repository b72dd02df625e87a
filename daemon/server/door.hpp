// Waits at a listening socket and hands on whoever comes. When descriptors or memory run out it pauses and goes on: a
// daemon that runs and hears nobody is worse than one lost connection.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>

#include "daemon/server/listener.hpp"

namespace seald {

class Door {
  public:
    using Admit = std::function<void(int descriptor)>;  // takes the descriptor over

    Door(boost::asio::any_io_executor executor, Listener listener, Admit admit);
    ~Door();
    Door(const Door&) = delete;
    Door& operator=(const Door&) = delete;

    boost::asio::awaitable<void> attend();  // until close() is called
    void close();

  private:
    bool accept_one();  // false: out of descriptors or memory

    Listener listener_;
    Admit admit_;
    boost::asio::posix::stream_descriptor watch_;  // on the listener's descriptor, which stays the listener's
    boost::asio::steady_timer pause_;
    bool closed_ = false;
};

}  // namespace seald
