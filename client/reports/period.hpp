// The periods that reports are about, in UTC.
#pragma once
#include <string>

#include "core/time.hpp"

namespace seald::reports {

struct Period {
    std::string name;  // "2026Q4"
    Timestamp from, until;  // until: not included
    bool contains(Timestamp time) const { return time >= from && time < until; }
};

Result<Period> decode_quarter(const std::string& text);  // "2026Q4"
Result<Period> decode_year(const std::string& text);     // "2026"
std::string describe(const Period& period);              // "2026-10-01 to 2026-12-31 (UTC)"

// When seals are meant to be used, on the clock of whoever reads the report: "Mon-Fri 08:00-18:00".
class OfficeHours {
  public:
    static Result<OfficeHours> decode(const std::string& text);
    bool contain(Timestamp time) const;  // in the local time zone ($TZ)

  private:
    int first_day_ = 1, last_day_ = 5;  // 0 is Sunday
    int from_ = 0, to_ = 0;             // minutes of the day
};

}  // namespace seald::reports
