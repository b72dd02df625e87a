// Office hours: which minutes of which days a seal may be used in, by the organisation's own clock. A fixed offset from UTC,
// so that the same moment is judged alike everywhere and for ever.
#pragma once
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace seald {

struct Calendar {
    std::chrono::minutes utc_offset{0};
    std::set<std::chrono::sys_days> holidays = {};  // closed, whatever day of the week
    std::set<std::chrono::sys_days> workdays = {};  // made-up working days (調休): a weekend's, with Monday's hours
};

Result<std::chrono::minutes> decode_utc_offset(std::string_view text);      // "+08:00"
Result<std::chrono::sys_days> decode_date(std::string_view text);           // "2026-10-01"
Timestamp start_of_day(const Calendar& calendar, Timestamp now);            // the local midnight before

// "Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-12:00". A window has its first minute and not its last.
class OfficeHours {
  public:
    static Result<OfficeHours> decode(std::string_view text);
    bool contains(const Calendar& calendar, Timestamp now) const;
    const std::string& str() const { return text_; }

  private:
    struct Window {
        int from, to;  // minutes of the day
    };
    std::string text_;
    std::array<std::vector<Window>, 7> windows_;  // from Monday on
};

}  // namespace seald
