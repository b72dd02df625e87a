#include "daemon/net/lookup.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>

namespace seald {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Outlives whoever asked: the answer may come when nobody waits for it any more.
struct Asked {
    explicit Asked(const asio::any_io_executor& executor) : resolver(executor), waiting(executor) {}
    tcp::resolver resolver;
    asio::steady_timer waiting;
    Lookup answer{asio::error::timed_out, {}};
};

}  // namespace

asio::awaitable<Lookup> look_up(std::string host, std::string port, std::chrono::milliseconds limit) {
    const auto executor = co_await asio::this_coro::executor;
    const auto asked = std::make_shared<Asked>(executor);
    asked->waiting.expires_after(limit);
    asked->resolver.async_resolve(host, port, [asked](const boost::system::error_code& failed, const tcp::resolver::results_type& places) {
        asked->answer = {failed, places};
        asked->waiting.cancel();
    });
    co_await asked->waiting.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return asked->answer;
}

}  // namespace seald
