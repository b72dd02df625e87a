// Lines of the log that whoever reaches a socket can cause without being known: one a second is written, and the next says
// how many were not. Otherwise the log is theirs to fill. Pure: the time is an argument.
#pragma once
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace seald {

class StrangersLines {
  public:
    using Time = std::chrono::steady_clock::time_point;

    // What belongs at the end of the line; none: it is not written.
    std::optional<std::string> admit(Time now) {
        if (written_ && now - *written_ < std::chrono::seconds(1)) {
            ++unwritten_;
            return std::nullopt;
        }
        written_ = now;
        const auto more = std::exchange(unwritten_, 0);
        return more == 0 ? std::string() : " (and " + std::to_string(more) + " more since the last such line)";
    }

  private:
    std::optional<Time> written_;
    std::uint64_t unwritten_ = 0;
};

}  // namespace seald
