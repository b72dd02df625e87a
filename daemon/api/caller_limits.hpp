// What one caller may ask at the same time, and how often it may be refused, so that one client that misbehaves costs the
// others little. A refusal that is decided is recorded in the ledger, so whoever has been refused too often is turned away
// before anything is decided. Pure: the time is an argument.
#pragma once
#include <chrono>
#include <map>
#include <optional>

#include "core/names.hpp"

namespace seald {

class CallerLimits {
  public:
    using Time = std::chrono::steady_clock::time_point;
    struct Bounds {
        unsigned per_caller = 32;      // requests at the same time
        unsigned in_all = 256;
        double refusals = 300;         // as many at once,
        double refusals_per_second = 5;  // and so many more for each second that passes
    };

    class Place {  // given back when it is destroyed
      public:
        Place(CallerLimits& limits, PersonId who) : limits_(&limits), who_(std::move(who)) {}
        Place(Place&& other) noexcept : limits_(std::exchange(other.limits_, nullptr)), who_(std::move(other.who_)) {}
        Place& operator=(Place&&) = delete;
        ~Place() {
            if (limits_ != nullptr) limits_->leave(who_);
        }

      private:
        CallerLimits* limits_;  // null after a move
        PersonId who_;
    };

    CallerLimits() = default;
    explicit CallerLimits(Bounds bounds) : bounds_(bounds) {}

    Result<Place> enter(const PersonId& who, Time now);  // too_many, with rule "requests-at-once" or "refusals"
    bool count_refusal(const PersonId& who, Time now, std::string why);  // false: already refused too often
    // Of those that enter() turned away, and of those that nobody needs to read twice: one a minute goes on record, with how many there were since the last.
    std::optional<unsigned> worth_recording(const PersonId& who, Time now);
    unsigned in_flight() const { return in_flight_; }

  private:
    struct Account {
        unsigned in_flight = 0;
        double refusals_left = 0;
        Time refilled, recorded;
        bool ever_recorded = false;
        std::string last_refusal;
        unsigned turned_away = 0;  // since the last that went on record
    };
    Account& account_of(const PersonId& who, Time now);
    void leave(const PersonId& who);

    Bounds bounds_;
    unsigned in_flight_ = 0;
    std::map<PersonId, Account> accounts_;  // only of enrolled callers, so there are not many
};

}  // namespace seald
