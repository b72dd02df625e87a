// The line of signatures that wait for one token. Callers take turns, so that one with a thousand documents delays another
// by one signature and not by a thousand; the line is bounded for each caller and in all; who waits too long leaves it.
// Belongs to one thread.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>

#include "core/names.hpp"
#include "daemon/tokens/fair_queue.hpp"

namespace seald {

// Of one request that are with its token at once, or wait for it: enough to keep a fast token busy, few enough that one large
// request leaves room for others.
inline constexpr std::size_t documents_in_flight = 16;

class TokenLine {
  public:
    using Clock = std::chrono::steady_clock;
    using Observe = std::function<void(Clock::duration waited, Clock::duration used)>;  // told at the end of each turn

    class Turn {  // over when it is destroyed
      public:
        Turn(TokenLine& line, Clock::duration waited) : line_(&line), waited_(waited), began_(Clock::now()) {}
        Turn(Turn&& other) noexcept : line_(std::exchange(other.line_, nullptr)), waited_(other.waited_), began_(other.began_) {}
        Turn& operator=(Turn&&) = delete;
        ~Turn() {
            if (line_ != nullptr) line_->end_turn(waited_, Clock::now() - began_);
        }

      private:
        TokenLine* line_;  // null after a move
        Clock::duration waited_;
        Clock::time_point began_;
    };

    TokenLine(boost::asio::any_io_executor executor, TokenName token, unsigned at_once, std::chrono::milliseconds patience, Observe observe);

    // too_many when the line is full or the turn did not come in time: the token works, so no other is to sign in its place.
    boost::asio::awaitable<Result<Turn>> take(PersonId caller);
    std::size_t waiting() const { return queue_.size(); }
    bool full() const;

  private:
    struct Waiting {
        boost::asio::steady_timer timer;
        bool called = false;
    };
    void end_turn(Clock::duration waited, Clock::duration used);

    boost::asio::any_io_executor executor_;
    TokenName token_;
    unsigned free_;
    std::chrono::milliseconds patience_;
    Observe observe_;
    FairQueue<std::shared_ptr<Waiting>> queue_;
};

}  // namespace seald
