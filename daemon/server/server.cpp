#include "daemon/server/server.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <utility>

#include "daemon/server/connection.hpp"
#include "daemon/server/peer.hpp"

namespace seald {

namespace asio = boost::asio;

namespace {
constexpr std::size_t told_why = 64;  // above this, whoever is turned away is not even told
constexpr auto pause_when_starved = std::chrono::milliseconds(100);
}  // namespace

Server::Server(asio::any_io_executor executor, Listener listener, HttpHandler& handler, ServerLimits limits)
    : executor_(std::move(executor)),
      listener_(std::move(listener)),
      handler_(handler),
      limits_(limits),
      watch_(executor_, listener_.descriptor()),
      pause_(executor_),
      gone_(executor_) {}

Server::~Server() {
    if (watch_.is_open()) watch_.release();
}

asio::awaitable<void> Server::serve() {
    serving_ = true;
    boost::system::error_code error;
    while (!stopping_) {
        co_await watch_.async_wait(asio::posix::descriptor_base::wait_read,
                                   asio::redirect_error(asio::use_awaitable, error));
        if (stopping_ || accept_one()) continue;
        pause_.expires_after(pause_when_starved);
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    serving_ = false;
    tell_if_all_gone();
}

bool Server::accept_one() {
    // accept4: Asio's own accept leaves the descriptor open to the processes that the daemon starts.
    const int descriptor = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor >= 0) return try_to_admit(descriptor);
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return true;
    spdlog::error("cannot accept a connection: errno {}; trying again in {} ms", errno, pause_when_starved.count());
    return false;
}

// A fault here must not end serve(): a daemon that runs and hears nobody is worse than one lost connection.
bool Server::try_to_admit(int descriptor) {
    try {
        admit(descriptor);
        return true;
    } catch (const std::exception& fault) {
        spdlog::error("connection lost to a fault: {}", fault.what());
        return false;
    }
}

void Server::admit(int descriptor) {
    Result<Peer> peer = read_peer(descriptor);
    Connection::Socket socket(executor_);
    boost::system::error_code error;
    if (peer) socket.assign(asio::local::stream_protocol(), descriptor, error);
    if (!peer || error) {
        spdlog::error("cannot serve a connection: {}", peer ? error.message() : peer.error().detail);
        ::close(descriptor);
        return;
    }
    const auto of_same_user = [uid = peer->uid](const auto& other) { return other->peer().uid == uid; };
    const auto own = static_cast<std::size_t>(std::count_if(served_.begin(), served_.end(), of_same_user));
    auto connection = std::make_shared<Connection>(std::move(socket), std::move(*peer), handler_, limits_);
    if (own >= limits_.connections_per_user) return turn_away(connection, {429, "too many connections of this user"});
    if (served_.size() >= limits_.connections) return turn_away(connection, {503, "too many connections"});
    served_.insert(connection);
    asio::co_spawn(executor_, attend(connection), asio::detached);
}

void Server::turn_away(std::shared_ptr<Connection> connection, Rejection reason) {
    if (turned_away_.size() >= told_why) return;
    const Peer& peer = connection->peer();
    spdlog::warn("uid={} pid={} status={} turned away: {}", peer.uid, peer.pid, reason.status, reason.problem);
    turned_away_.insert(connection);
    asio::co_spawn(executor_, dismiss(connection, reason), asio::detached);
}

asio::awaitable<void> Server::attend(std::shared_ptr<Connection> connection) {
    try {
        co_await connection->serve();
    } catch (const std::exception& fault) {
        spdlog::error("uid={} connection lost to a fault: {}", connection->peer().uid, fault.what());
    }
    served_.erase(connection);
    tell_if_all_gone();
}

asio::awaitable<void> Server::dismiss(std::shared_ptr<Connection> connection, Rejection reason) {
    try {
        co_await connection->turn_away(reason);
    } catch (const std::exception& fault) {
        spdlog::error("uid={} connection lost to a fault: {}", connection->peer().uid, fault.what());
    }
    turned_away_.erase(connection);
    tell_if_all_gone();
}

void Server::tell_if_all_gone() {
    if (all_gone()) gone_.cancel();
}

asio::awaitable<void> Server::stop() {
    stopping_ = true;
    watch_.release();
    listener_.close();
    pause_.cancel();
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
