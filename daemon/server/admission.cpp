// How an accepted descriptor becomes a connection of somebody known, or is turned away.
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/server/connection.hpp"
#include "daemon/server/peer.hpp"
#include "daemon/server/server.hpp"
#include "daemon/server/tls_stream.hpp"
#include "daemon/server/unix_stream.hpp"

namespace seald {

namespace asio = boost::asio;

namespace {
constexpr std::size_t told_why = 64;  // above this, whoever is turned away is not even told

void give_up(int descriptor, const std::string& why) {
    spdlog::error("cannot serve a connection: {}", why);
    ::close(descriptor);
}

asio::ip::tcp protocol_of(int descriptor) {
    int domain = AF_INET;
    socklen_t size = sizeof domain;
    ::getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &size);
    return domain == AF_INET6 ? asio::ip::tcp::v6() : asio::ip::tcp::v4();
}

}  // namespace

void Server::admit_unix(int descriptor) {
    Result<Peer> peer = read_peer(descriptor);
    UnixStream::Socket socket(executor_);
    boost::system::error_code error;
    if (peer) socket.assign(asio::local::stream_protocol(), descriptor, error);
    if (!peer || error) return give_up(descriptor, peer ? error.message() : peer.error().detail);
    admit(std::make_shared<UnixStream>(std::move(socket)), std::move(*peer));
}

void Server::admit_tcp(int descriptor) {
    asio::ip::tcp::socket socket(executor_);
    boost::system::error_code error;
    socket.assign(protocol_of(descriptor), descriptor, error);
    if (error) return give_up(descriptor, error.message());
    // Nobody is known before the handshake, so no fair share can be kept: those who do not get on with it make room.
    if (handshaking_.size() >= limits_.handshakes) handshaking_.front()->close();
    if (handshaking_.size() >= most_handshaking(limits_)) return leave_outside();
    auto stream = std::make_shared<TlsStream>(std::move(socket), *tls_);
    handshaking_.push_back(stream);
    asio::co_spawn(executor_, welcome(stream), asio::detached);
}

void Server::leave_outside() {
    if (const auto more = not_let_in_.admit(std::chrono::steady_clock::now()))
        spdlog::warn("a connection was closed unheard: {} TLS handshakes wait for the server's own key{}", handshaking_.size(), *more);
}

asio::awaitable<void> Server::welcome(std::shared_ptr<TlsStream> stream) {
    try {
        auto peer = co_await stream->handshake(limits_.handshake);
        const auto more = peer ? std::nullopt : not_let_in_.admit(std::chrono::steady_clock::now());
        if (more) spdlog::warn("address={} not let in: {}{}", stream->address(), peer.error().message, *more);
        if (peer && !stopping_) admit(stream, std::move(*peer));
    } catch (const std::exception& fault) {
        spdlog::error("address={} connection lost to a fault: {}", stream->address(), fault.what());
    }
    handshaking_.remove(stream);
    tell_if_all_gone();
}

void Server::admit(std::shared_ptr<Stream> stream, Peer peer) {
    const auto of_same_client = [who = same_client(peer)](const auto& other) { return same_client(other->peer()) == who; };
    const auto own = static_cast<std::size_t>(std::count_if(served_.begin(), served_.end(), of_same_client));
    auto connection = std::make_shared<Connection>(std::move(stream), std::move(peer), handler_, limits_, malformed_);
    if (own >= limits_.connections_per_user) return turn_away(connection, {429, "too many connections of this user"});
    if (served_.size() >= limits_.connections) return turn_away(connection, {503, "too many connections"});
    served_.insert(connection);
    asio::co_spawn(executor_, attend(connection), asio::detached);
}

void Server::turn_away(std::shared_ptr<Connection> connection, Rejection reason) {
    if (turned_away_.size() >= told_why) return;
    if (const auto more = one_too_many_.admit(std::chrono::steady_clock::now()))
        spdlog::warn("{} status={} turned away: {}{}", to_string(connection->peer()), reason.status, reason.problem, *more);
    turned_away_.insert(connection);
    asio::co_spawn(executor_, dismiss(connection, reason), asio::detached);
}

asio::awaitable<void> Server::dismiss(std::shared_ptr<Connection> connection, Rejection reason) {
    try {
        co_await connection->turn_away(reason);
    } catch (const std::exception& fault) {
        spdlog::error("{} connection lost to a fault: {}", to_string(connection->peer()), fault.what());
    }
    turned_away_.erase(connection);
    tell_if_all_gone();
}

}  // namespace seald
