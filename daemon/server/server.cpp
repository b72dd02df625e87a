#include "daemon/server/server.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "daemon/server/connection.hpp"
#include "daemon/server/tls_stream.hpp"

namespace seald {

namespace asio = boost::asio;

Server::Server(asio::any_io_executor executor, std::vector<Listener> listeners, HttpHandler& handler, ServerLimits limits,
               const TlsContext* tls)
    : executor_(std::move(executor)), handler_(handler), limits_(limits), tls_(tls), gone_(executor_) {
    for (auto& listener : listeners) {
        Door::Admit admit = [this](int descriptor) { admit_unix(descriptor); };
        if (listener.kind() == Listener::Kind::tcp) admit = [this](int descriptor) { admit_tcp(descriptor); };
        doors_.push_back(std::make_unique<Door>(executor_, std::move(listener), std::move(admit)));
    }
}

Server::~Server() = default;

asio::awaitable<void> Server::serve() {
    using Operation = decltype(asio::co_spawn(executor_, doors_.front()->attend(), asio::deferred));
    serving_ = true;
    std::vector<Operation> attending;
    for (const auto& door : doors_) attending.push_back(asio::co_spawn(executor_, door->attend(), asio::deferred));
    auto all = asio::experimental::make_parallel_group(std::move(attending));
    const auto [order, failures] = co_await all.async_wait(asio::experimental::wait_for_one_error(), asio::use_awaitable);
    serving_ = false;
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
    tell_if_all_gone();
}

asio::awaitable<void> Server::attend(std::shared_ptr<Connection> connection) {
    try {
        co_await connection->serve();
    } catch (const std::exception& fault) {
        spdlog::error("{} connection lost to a fault: {}", to_string(connection->peer()), fault.what());
    }
    served_.erase(connection);
    tell_if_all_gone();
}

void Server::tell_if_all_gone() {
    if (all_gone()) gone_.cancel();
}

void Server::part_from_unwelcome() {
    for (const auto& connection : served_) {
        if (connection->still_welcome()) continue;
        spdlog::warn("{} is not let in any more: connection cut", to_string(connection->peer()));
        connection->cut();
    }
}

asio::awaitable<void> Server::stop() {
    stopping_ = true;
    for (const auto& door : doors_) door->close();
    for (const auto& stream : handshaking_) stream->close();
    for (const auto& connection : served_) connection->finish();
    for (const auto& connection : turned_away_) connection->finish();

    boost::system::error_code ignored;  // cancelled: all gone; expired: not yet
    gone_.expires_after(limits_.drain);
    if (!all_gone()) co_await gone_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    for (const auto& connection : served_) connection->cut();
    for (const auto& connection : turned_away_) connection->cut();
    gone_.expires_at(asio::steady_timer::time_point::max());
    if (!all_gone()) co_await gone_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
}

}  // namespace seald
