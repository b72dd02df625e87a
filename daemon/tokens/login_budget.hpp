// How often the daemon logs in by itself: ten times in a row, then once every ten seconds. A token that loses its login
// again and again is not hammered, and does not fill the ledger.
#pragma once
#include <algorithm>
#include <chrono>

namespace seald {

class LoginBudget {
  public:
    using Clock = std::chrono::steady_clock;
    // Takes one login out of the budget if there is one.
    bool take(Clock::time_point now) {
        const auto earned = std::chrono::duration_cast<std::chrono::seconds>(now - counted_at_) / refill;
        left_ = std::min<long>(left_ + earned, most);
        if (earned > 0) counted_at_ = now;
        if (left_ == 0) return false;
        --left_;
        return true;
    }

  private:
    static constexpr long most = 10;
    static constexpr std::chrono::seconds refill{10};
    long left_ = most;
    Clock::time_point counted_at_{};
};

}  // namespace seald
