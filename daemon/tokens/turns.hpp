// One at a time, the rest in the order they came: what a mutex is for threads, for the coroutines of one thread.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>

namespace seald {

class Turns;

class Turn {  // over when it is destroyed
  public:
    explicit Turn(Turns& turns) : turns_(&turns) {}
    Turn(Turn&& other) noexcept : turns_(std::exchange(other.turns_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn();

  private:
    Turns* turns_;  // null after a move
};

class Turns {
  public:
    explicit Turns(boost::asio::any_io_executor executor) : executor_(std::move(executor)) {}
    // Empty when the turn did not come in time.
    boost::asio::awaitable<std::optional<Turn>> take(std::chrono::milliseconds patience);

  private:
    friend class Turn;
    struct Waiting {
        boost::asio::steady_timer timer;
        bool called = false;
    };
    void next();

    boost::asio::any_io_executor executor_;
    bool free_ = true;
    std::deque<std::shared_ptr<Waiting>> queue_;
};

}  // namespace seald
