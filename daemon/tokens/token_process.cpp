#include "daemon/tokens/token_process.hpp"

#include <sys/wait.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cstring>

namespace seald {

namespace asio = boost::asio;
using namespace token_protocol;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 64 * 1024;

std::string in_words(int status) {
    if (WIFSIGNALED(status)) return std::string("killed by signal ") + ::strsignal(WTERMSIG(status));
    if (WEXITSTATUS(status) == exit_to_begin_anew) return "ended, to begin anew with its module";
    return "ended with exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

Result<std::shared_ptr<TokenProcess>> TokenProcess::start(asio::any_io_executor executor, const TokenCommand& command) {
    const auto process = spawn(command);
    if (!process) return process.error();
    std::shared_ptr<TokenProcess> self(new TokenProcess(executor, *process));
    asio::co_spawn(executor, self->read_replies(self), asio::detached);
    asio::co_spawn(executor, self->reap(self), asio::detached);
    return self;
}

TokenProcess::TokenProcess(asio::any_io_executor executor, const SpawnedProcess& process)
    : executor_(std::move(executor)),
      socket_(executor_, asio::local::stream_protocol(), process.socket),
      pidfd_(executor_, process.pidfd),
      exited_(executor_, asio::steady_timer::time_point::max()),
      pid_(process.pid) {}

TokenProcess::~TokenProcess() {
    if (!how_it_ended_.empty()) return;
    kill_process(pidfd_.native_handle());
    ::waitpid(pid_, nullptr, 0);
}

asio::awaitable<Result<Reply>> TokenProcess::request(Request request, std::chrono::milliseconds deadline) {
    const auto self = shared_from_this();
    if (killed()) co_return gone();
    const auto id = next_id_++;
    const std::shared_ptr<Pending> pending(new Pending{asio::steady_timer(executor_, deadline), std::nullopt});
    pending_.emplace(id, pending);
    const Framed<Request> framed{id, std::move(request)};
    send(encode(framed));
    co_await pending->deadline.async_wait(as_result);
    if (!pending->reply && pending->deadline.expiry() > std::chrono::steady_clock::now()) {
        co_return unavailable("the request was cancelled", true);  // its entry stays, to know the reply when it comes
    }
    if (!pending->reply) kill("did not answer within " + std::to_string(deadline.count()) + " ms");
    // A reply that came just before the process was killed is as dead as the process: stop means stop.
    if (killed()) co_return gone();
    co_return std::move(*pending->reply);
}

void TokenProcess::kill(std::string why) {
    if (killed()) return;
    why_killed_ = std::move(why);
    kill_process(pidfd_.native_handle());
    boost::system::error_code ignored;
    socket_.close(ignored);
    for (auto& [id, pending] : std::exchange(pending_, {})) {
        if (!pending->reply) pending->reply = gone();
        pending->deadline.cancel();
    }
}

asio::awaitable<std::string> TokenProcess::wait_exit() {
    const auto self = shared_from_this();
    while (how_it_ended_.empty()) co_await exited_.async_wait(as_result);
    co_return how_it_ended_ + (why_killed_.empty() ? "" : " (" + why_killed_ + ")");
}

asio::awaitable<void> TokenProcess::read_replies([[maybe_unused]] std::shared_ptr<TokenProcess> self) {
    Bytes inbox, chunk(read_bytes);
    for (;;) {
        const auto buffer = asio::buffer(chunk);
        const auto [failed, size] = co_await socket_.async_read_some(buffer, as_result);
        if (failed) co_return kill("closed its connection");
        inbox.insert(inbox.end(), chunk.begin(), chunk.begin() + static_cast<std::ptrdiff_t>(size));
        if (!take_frames(inbox)) co_return kill("broke the token protocol");
    }
}

// Leaves the beginning of an unfinished frame in `inbox`. False: this is not the protocol.
bool TokenProcess::take_frames(Bytes& inbox) {
    BytesView rest(inbox);
    while (rest.size() >= header_bytes) {
        const auto length = decode_length(rest.first<header_bytes>());
        if (!length) return false;
        if (rest.size() < header_bytes + *length) break;
        auto reply = decode_reply(rest.subspan(header_bytes, *length));
        rest = rest.subspan(header_bytes + *length);
        if (!reply) return false;
        const auto asked = pending_.extract(reply->id);
        if (asked.empty()) return false;  // an answer to nothing that was asked
        asked.mapped()->reply = std::move(reply->message);
        asked.mapped()->deadline.cancel();
    }
    inbox.erase(inbox.begin(), inbox.end() - static_cast<std::ptrdiff_t>(rest.size()));
    return true;
}

void TokenProcess::send(const Bytes& frame) {
    outbox_.insert(outbox_.end(), frame.begin(), frame.end());
    if (writing_) return;
    writing_ = true;
    asio::co_spawn(executor_, write_requests(shared_from_this()), asio::detached);
}

asio::awaitable<void> TokenProcess::write_requests([[maybe_unused]] std::shared_ptr<TokenProcess> self) {
    while (!outbox_.empty() && !killed()) {
        const Bytes batch = std::exchange(outbox_, {});
        const auto buffer = asio::buffer(batch);
        const auto [failed, size] = co_await asio::async_write(socket_, buffer, as_result);
        if (failed) kill("closed its connection");
    }
    writing_ = false;
}

asio::awaitable<void> TokenProcess::reap([[maybe_unused]] std::shared_ptr<TokenProcess> self) {
    co_await pidfd_.async_wait(asio::posix::descriptor_base::wait_read, as_result);
    int status = 0;
    if (::waitpid(pid_, &status, WNOHANG) != pid_) co_return;  // only when cancelled at shutdown
    how_it_ended_ = in_words(status);
    kill("ended");
    exited_.cancel();
}

Error TokenProcess::gone() const { return unavailable("the token process " + why_killed_, true, how_it_ended_); }

}  // namespace seald
