// One running seald-token, as the daemon sees it: requests and replies matched by id, each request with a deadline. A
// process that misses a deadline, breaks the protocol or ends is killed for good, and every request that waits is
// answered with `unavailable`. It is never restarted here. Belongs to one thread, the one that runs its executor.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <map>
#include <memory>

#include "core/token_protocol.hpp"
#include "daemon/tokens/spawn.hpp"

namespace seald {

class TokenProcess : public std::enable_shared_from_this<TokenProcess> {
  public:
    static Result<std::shared_ptr<TokenProcess>> start(boost::asio::any_io_executor executor,
                                                       const TokenCommand& command);
    ~TokenProcess();
    TokenProcess(const TokenProcess&) = delete;
    TokenProcess& operator=(const TokenProcess&) = delete;

    // The reply, which may be a FailureReply; unavailable (retry) when the process went away or had to be killed.
    boost::asio::awaitable<Result<token_protocol::Reply>> request(token_protocol::Request request,
                                                                  std::chrono::milliseconds deadline);
    // When this returns nothing that the process still does can reach us: its socket is closed.
    void kill(std::string why);
    bool killed() const { return !why_killed_.empty(); }
    // Until the process has ended and is reaped; says how, in words.
    boost::asio::awaitable<std::string> wait_exit();
    pid_t pid() const { return pid_; }

  private:
    struct Pending {
        boost::asio::steady_timer deadline;
        std::optional<Result<token_protocol::Reply>> reply;
    };

    TokenProcess(boost::asio::any_io_executor executor, const SpawnedProcess& process);
    boost::asio::awaitable<void> read_replies(std::shared_ptr<TokenProcess> self);
    boost::asio::awaitable<void> write_requests(std::shared_ptr<TokenProcess> self);
    boost::asio::awaitable<void> reap(std::shared_ptr<TokenProcess> self);
    bool take_frames(Bytes& inbox);
    void send(const Bytes& frame);
    Error gone() const;

    boost::asio::any_io_executor executor_;
    boost::asio::local::stream_protocol::socket socket_;
    boost::asio::posix::stream_descriptor pidfd_;
    boost::asio::steady_timer exited_;  // cancelled once the process is reaped
    const pid_t pid_;
    std::string how_it_ended_;  // empty while it runs
    std::string why_killed_;    // empty while it may be used
    std::uint64_t next_id_ = 1;
    std::map<std::uint64_t, std::shared_ptr<Pending>> pending_;
    Bytes outbox_;
    bool writing_ = false;
};

}  // namespace seald
