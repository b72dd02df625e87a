#include "daemon/tokens/token_line.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace seald {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_per_caller = documents_in_flight * 32;  // a caller has so many requests under way
constexpr std::size_t most = 4096;

Error too_many(std::string message) {
    return Error{.code = ErrorCode::too_many, .message = std::move(message), .rule = "token-line", .retry = true};
}

}  // namespace

TokenLine::TokenLine(asio::any_io_executor executor, TokenName token, unsigned at_once, std::chrono::milliseconds patience, Observe observe)
    : executor_(std::move(executor)),
      token_(std::move(token)),
      free_(at_once),
      patience_(patience),
      observe_(std::move(observe)),
      queue_(most_per_caller, most) {}

bool TokenLine::full() const { return queue_.size() >= most; }

asio::awaitable<Result<TokenLine::Turn>> TokenLine::take(PersonId caller) {
    if (free_ > 0) {
        --free_;
        co_return Turn(*this, Clock::duration::zero());
    }
    const auto began = Clock::now();
    const std::shared_ptr<Waiting> me(new Waiting{asio::steady_timer(executor_, patience_)});
    if (!queue_.push(caller.str(), me)) co_return too_many("too many signatures wait for token " + token_.str() + ": try again");
    co_await me->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (me->called) co_return Turn(*this, Clock::now() - began);
    queue_.erase(me);
    co_return too_many("token " + token_.str() + " is busy: no turn came in time; try again");
}

void TokenLine::end_turn(Clock::duration waited, Clock::duration used) {
    if (observe_) observe_(waited, used);
    const auto next = queue_.pop();
    if (!next) {
        ++free_;
        return;
    }
    (*next)->called = true;
    (*next)->timer.cancel();
}

}  // namespace seald
