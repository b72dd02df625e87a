#include "daemon/tokens/token_line.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace seald {

namespace asio = boost::asio;

namespace {

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

Result<TokenLine::Room> TokenLine::make_room(const PersonId& caller, std::size_t documents) {
    const std::size_t wanted = std::min(documents, documents_in_flight);
    const auto own = taken_by_.find(caller);
    const std::size_t taken_by_caller = own == taken_by_.end() ? 0 : own->second;
    if (taken_by_caller + wanted > most_per_caller)
        return too_many("too many signatures for " + caller.str() + " wait for token " + token_.str() + " already (" + std::to_string(taken_by_caller) +
                        "): wait for their answers before asking for more");
    if (taken_ + wanted > most) return too_many("too many signatures wait for token " + token_.str() + " (" + std::to_string(taken_) + "): try again later");
    taken_ += wanted;
    taken_by_[caller] += wanted;
    return Room(*this, caller, wanted);
}

void TokenLine::give_back(const PersonId& caller, std::size_t signatures) {
    taken_ -= signatures;
    const auto own = taken_by_.find(caller);
    own->second -= signatures;
    if (own->second == 0) taken_by_.erase(own);
}

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
