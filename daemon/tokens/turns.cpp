#include "daemon/tokens/turns.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace seald {

namespace asio = boost::asio;

Turn::~Turn() {
    if (turns_ != nullptr) turns_->next();
}

asio::awaitable<std::optional<Turn>> Turns::take(std::chrono::milliseconds patience) {
    if (free_) {
        free_ = false;
        co_return Turn(*this);
    }
    const std::shared_ptr<Waiting> me(new Waiting{asio::steady_timer(executor_, patience)});
    queue_.push_back(me);
    co_await me->timer.async_wait(asio::as_tuple(asio::use_awaitable));
    if (me->called) co_return Turn(*this);
    std::erase(queue_, me);
    co_return std::nullopt;
}

void Turns::next() {
    if (queue_.empty()) {
        free_ = true;
        return;
    }
    const auto first = queue_.front();
    queue_.pop_front();
    first->called = true;
    first->timer.cancel();
}

}  // namespace seald
