// Points in time (UTC, whole milliseconds) and the clock they come from. Decisions take the time as an argument;
// only the edges of the daemon hold a Clock.
#pragma once
#include <chrono>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace seald {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using std::chrono::seconds;

std::string to_rfc3339(Timestamp time);                   // "2026-11-23T08:15:30.123Z"
Result<Timestamp> decode_rfc3339(std::string_view text);  // "Z" or an offset; fraction optional; malformed otherwise
int year_of(Timestamp time);                              // UTC

Timestamp from_unix(std::int64_t unix_seconds);
std::int64_t to_unix(Timestamp time);                     // seconds, rounded down

Result<seconds> decode_duration(std::string_view text);   // "90s" "30m" "72h" "30d"; positive; malformed otherwise
std::string to_string(seconds duration);                  // the shortest of those forms

class Clock {
  public:
    virtual ~Clock() = default;
    virtual Timestamp now() const = 0;
};

class SystemClock final : public Clock {
  public:
    Timestamp now() const override;
};

}  // namespace seald
