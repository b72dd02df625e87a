#include "daemon/model/calendar.hpp"

#include <algorithm>

namespace seald {
namespace {

using namespace std::chrono;

constexpr std::array<std::string_view, 7> day_names{"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
constexpr std::size_t no_day = 7;

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
    return text;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(trimmed(text.substr(0, end)));
        if (end == text.npos) return parts;
        text.remove_prefix(end + 1);
    }
}

std::size_t find_day(std::string_view name) {
    return static_cast<std::size_t>(std::ranges::find(day_names, name) - day_names.begin());
}

// "08:00" in minutes; -1: not a time. 24:00 is the end of a day.
int decode_clock(std::string_view text) {
    const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
    if (text.size() != 5 || text[2] != ':' || !digit(0) || !digit(1) || !digit(3) || !digit(4)) return -1;
    const int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    const bool known = minute < 60 && (hour < 24 || (hour == 24 && minute == 0));
    return known ? hour * 60 + minute : -1;
}

// Monday is 0.
std::size_t weekday_of(sys_days day) { return weekday{day}.iso_encoding() - 1; }

sys_days local_day(const Calendar& calendar, Timestamp now) { return floor<days>(now + calendar.utc_offset); }

}  // namespace

Result<minutes> decode_utc_offset(std::string_view text) {
    const int clock = text.size() == 6 ? decode_clock(text.substr(1)) : -1;
    const bool signed_ = !text.empty() && (text.front() == '+' || text.front() == '-');
    if (!signed_ || clock < 0 || clock > 14 * 60) return malformed("not an offset from UTC; allowed: like \"+08:00\"");
    return minutes(text.front() == '-' ? -clock : clock);
}

Result<sys_days> decode_date(std::string_view text) {
    auto midnight = decode_rfc3339(std::string(text) + "T00:00:00Z");
    if (text.size() != 10 || !midnight) return malformed("not a date; allowed: like \"2026-10-01\"");
    return floor<days>(*midnight);
}

Timestamp start_of_day(const Calendar& calendar, Timestamp now) {
    return Timestamp(local_day(calendar, now)) - calendar.utc_offset;
}

Result<OfficeHours> OfficeHours::decode(std::string_view text) {
    const Error odd = malformed("not office hours; allowed: like \"Mon-Fri 08:00-12:00,13:00-18:00; Sat 09:00-12:00\"");
    OfficeHours hours;
    hours.text_ = text;
    for (const std::string_view rule : split(text, ';')) {
        const auto blank = rule.find(' ');
        if (blank == rule.npos) return odd;
        const auto range = split(rule.substr(0, blank), '-');
        const std::size_t first = find_day(range.front()), last = find_day(range.back());
        if (range.size() > 2 || first == no_day || last == no_day || first > last) return odd;
        for (const std::string_view window : split(rule.substr(blank + 1), ',')) {
            const auto ends = split(window, '-');
            if (ends.size() != 2) return odd;
            const int from = decode_clock(ends[0]), to = decode_clock(ends[1]);
            if (from < 0 || to <= from) return odd;
            for (std::size_t day = first; day <= last; ++day) hours.windows_[day].push_back({from, to});
        }
    }
    return hours;
}

bool OfficeHours::contains(const Calendar& calendar, Timestamp now) const {
    const sys_days day = local_day(calendar, now);
    if (calendar.holidays.contains(day)) return false;
    const bool made_up = calendar.workdays.contains(day) && windows_[weekday_of(day)].empty();
    const auto& windows = windows_[made_up ? 0 : weekday_of(day)];
    const auto minute = floor<minutes>(now + calendar.utc_offset - day).count();
    return std::ranges::any_of(windows, [minute](const Window& window) { return window.from <= minute && minute < window.to; });
}

}  // namespace seald
