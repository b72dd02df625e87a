// The line of signatures that wait for one token. Callers take turns, so that one with a thousand documents delays another
// by one signature and not by a thousand; who waits too long leaves it. A request is let in whole or not at all, before anything
// is spent for it; the line is bounded for each caller and in all. Belongs to one thread.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <map>
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

    // Signatures that are with the token or wait for it: few enough that more than the requests that may be under way can ask for,
    // and that no caller alone has more than a quarter of them.
    static constexpr std::size_t most = 1024, most_per_caller = most / 4;

    class Room {  // in the line, for one request; given back when it is destroyed
      public:
        Room(TokenLine& line, PersonId caller, std::size_t signatures) : line_(&line), caller_(std::move(caller)), signatures_(signatures) {}
        Room(Room&& other) noexcept : line_(std::exchange(other.line_, nullptr)), caller_(std::move(other.caller_)), signatures_(other.signatures_) {}
        Room& operator=(Room&&) = delete;
        ~Room() {
            if (line_ != nullptr) line_->give_back(caller_, signatures_);
        }

      private:
        TokenLine* line_;  // null after a move
        PersonId caller_;
        std::size_t signatures_;
    };

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

    // too_many when so many documents more would be too much, of this caller or in all. To be asked before anything is spent.
    Result<Room> make_room(const PersonId& caller, std::size_t documents);
    // too_many when the turn did not come in time: the token works, so no other is to sign in its place.
    boost::asio::awaitable<Result<Turn>> take(PersonId caller);
    std::size_t waiting() const { return queue_.size(); }
    bool full() const { return most - taken_ < documents_in_flight; }  // a large request of anybody would be refused

  private:
    struct Waiting {
        boost::asio::steady_timer timer;
        bool called = false;
    };
    void give_back(const PersonId& caller, std::size_t signatures);
    void end_turn(Clock::duration waited, Clock::duration used);

    boost::asio::any_io_executor executor_;
    TokenName token_;
    unsigned free_;
    std::chrono::milliseconds patience_;
    Observe observe_;
    std::size_t taken_ = 0;                     // of `most`
    std::map<PersonId, std::size_t> taken_by_;  // who has any
    FairQueue<std::shared_ptr<Waiting>> queue_;
};

}  // namespace seald
