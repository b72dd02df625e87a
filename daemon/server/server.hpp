// Accepts connections on a Unix socket and serves each in a coroutine of its own. It knows limits, deadlines and the
// kernel's word on who calls; what a request means is the HttpHandler's business.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <unordered_set>

#include "daemon/api/http.hpp"
#include "daemon/server/limits.hpp"
#include "daemon/server/listener.hpp"

namespace seald {

class Connection;
struct Rejection;

class Server {
  public:
    // Everything here, serve() and stop() included, runs on `executor`, which must run one handler at a time: an
    // io_context with one thread, or a strand. `handler` outlives the server, and the server its coroutines.
    Server(boost::asio::any_io_executor executor, Listener listener, HttpHandler& handler, ServerLimits limits = {});
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    boost::asio::awaitable<void> serve();  // until stop() is called

    // To be called once. Stops listening and closes idle connections at once; running requests are answered, but
    // after `limits.drain` their sockets are cut. Ends when every connection is gone, so not before the last handler.
    boost::asio::awaitable<void> stop();

  private:
    bool accept_one();  // false: out of descriptors or memory
    bool try_to_admit(int descriptor);
    void admit(int descriptor);
    void turn_away(std::shared_ptr<Connection> connection, Rejection reason);
    boost::asio::awaitable<void> attend(std::shared_ptr<Connection> connection);
    boost::asio::awaitable<void> dismiss(std::shared_ptr<Connection> connection, Rejection reason);
    bool all_gone() const { return !serving_ && served_.empty() && turned_away_.empty(); }
    void tell_if_all_gone();

    boost::asio::any_io_executor executor_;
    Listener listener_;
    HttpHandler& handler_;
    const ServerLimits limits_;
    boost::asio::posix::stream_descriptor watch_;  // on the listener's descriptor, which stays the listener's
    boost::asio::steady_timer pause_;
    boost::asio::steady_timer gone_;  // cancelled when everything has ended
    std::unordered_set<std::shared_ptr<Connection>> served_;
    std::unordered_set<std::shared_ptr<Connection>> turned_away_;
    bool serving_ = false;
    bool stopping_ = false;
};

}  // namespace seald
