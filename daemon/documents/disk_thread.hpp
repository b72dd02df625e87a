// The thread that does what blocks on the disk, one piece of work after the other, so that the thread of sockets never waits.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <functional>

#include "core/error.hpp"

namespace seald {

class DiskThread {
  public:
    ~DiskThread() { thread_.join(); }

    // `work` owns or shares what it uses: it is done even when nobody waits for it any more.
    template <class T>
    boost::asio::awaitable<Result<T>> run(std::function<Result<T>()> work) {
        auto there = perform(std::move(work));
        co_return co_await boost::asio::co_spawn(thread_, std::move(there), boost::asio::use_awaitable);
    }

  private:
    template <class T>
    static boost::asio::awaitable<Result<T>> perform(std::function<Result<T>()> work) {
        co_return work();
    }
    boost::asio::thread_pool thread_{1};
};

}  // namespace seald
