#include "daemon/reload/hangup.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

namespace seald {

boost::asio::awaitable<void> reload_on_hangup(Reload& reload) {
    const auto executor = co_await boost::asio::this_coro::executor;
    boost::asio::signal_set hangup(executor, SIGHUP);
    for (;;) {
        co_await hangup.async_wait(boost::asio::use_awaitable);
        auto done = co_await reload.by_signal();
        if (done) {
            spdlog::info("the configuration was loaded anew: {} persons, {} seal policies", done->persons, done->seals);
            continue;
        }
        spdlog::error("the configuration was not loaded: {}", done.error().message);
        for (const auto& mistake : done.error().missing) spdlog::error("{}", mistake);
    }
}

}  // namespace seald
