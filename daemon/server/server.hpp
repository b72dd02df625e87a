// Accepts connections on a Unix socket and over TLS, and serves each in a coroutine of its own. It knows limits, deadlines
// and the kernel's or the certificate's word on who calls; what a request means is the HttpHandler's business.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <list>
#include <memory>
#include <unordered_set>
#include <vector>

#include "daemon/api/http.hpp"
#include "daemon/log/strangers_lines.hpp"
#include "daemon/server/door.hpp"
#include "daemon/server/limits.hpp"

namespace seald {

class Connection;
class Stream;
class TlsContext;
class TlsStream;
struct Rejection;

class Server {
  public:
    // Everything here, serve() and stop() included, runs on `executor`, which must run one handler at a time: an
    // io_context with one thread, or a strand. `handler` and `tls` outlive the server, and the server its coroutines.
    // `tls` is needed for listeners of kind tcp.
    Server(boost::asio::any_io_executor executor, std::vector<Listener> listeners, HttpHandler& handler,
           ServerLimits limits = {}, const TlsContext* tls = nullptr);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    boost::asio::awaitable<void> serve();  // until stop() is called

    // After `tls` was loaded anew: whoever would not be let in now goes at once, everybody else stays.
    void part_from_unwelcome();

    // To be called once. Stops listening and closes idle connections at once; running requests are answered, but
    // after `limits.drain` their sockets are cut. Ends when every connection is gone, so not before the last handler.
    boost::asio::awaitable<void> stop();

    std::size_t connections() const { return served_.size(); }

  private:
    void admit_unix(int descriptor);
    void admit_tcp(int descriptor);
    void admit(std::shared_ptr<Stream> stream, Peer peer);
    void leave_outside();  // a client that is not known
    void turn_away(std::shared_ptr<Connection> connection, Rejection reason);
    boost::asio::awaitable<void> welcome(std::shared_ptr<TlsStream> stream);
    boost::asio::awaitable<void> attend(std::shared_ptr<Connection> connection);
    boost::asio::awaitable<void> dismiss(std::shared_ptr<Connection> connection, Rejection reason);
    bool all_gone() const { return !serving_ && handshaking_.empty() && served_.empty() && turned_away_.empty(); }
    void tell_if_all_gone();

    boost::asio::any_io_executor executor_;
    HttpHandler& handler_;
    const ServerLimits limits_;
    const TlsContext* tls_;
    std::vector<std::unique_ptr<Door>> doors_;
    boost::asio::steady_timer gone_;  // cancelled when everything has ended
    std::list<std::shared_ptr<TlsStream>> handshaking_;  // the one that has waited longest is first
    std::unordered_set<std::shared_ptr<Connection>> served_;
    std::unordered_set<std::shared_ptr<Connection>> turned_away_;
    StrangersLines not_let_in_, one_too_many_, malformed_;
    bool serving_ = false;
    bool stopping_ = false;
};

}  // namespace seald
