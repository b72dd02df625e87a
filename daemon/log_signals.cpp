#include "daemon/log_signals.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>

namespace seald {

namespace asio = boost::asio;

asio::awaitable<void> LogLevelInForce::heed_signals() {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGUSR1, SIGUSR2);
    for (;;) {
        const int signal = co_await signals.async_wait(asio::use_awaitable);
        const auto level = signal == SIGUSR1 ? spdlog::level::debug : configured_;
        set_log_level(level);
        spdlog::warn("the log's level is {} now", spdlog::level::to_string_view(level));
    }
}

}  // namespace seald
