#include "client/reports/period.hpp"

#include <array>
#include <ctime>
#include <regex>

namespace seald::reports {
namespace {

Timestamp first_of_month(int year, int month) {
    using namespace std::chrono;
    return time_point_cast<milliseconds>(sys_days(std::chrono::year(year) / month / 1));
}

std::string day(Timestamp time) { return to_rfc3339(time).substr(0, 10); }

constexpr std::array<std::string_view, 7> week = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

int day_number(const std::string& name) {
    for (std::size_t i = 0; i < week.size(); ++i)
        if (week[i] == name) return static_cast<int>(i);
    return -1;
}

}  // namespace

Result<Period> decode_quarter(const std::string& text) {
    std::smatch parts;
    if (!std::regex_match(text, parts, std::regex("([0-9]{4})Q([1-4])"))) return malformed("'" + text + "' is not a quarter; like 2026Q4");
    const int year = std::stoi(parts[1]), month = 3 * std::stoi(parts[2]) - 2;
    return Period{text, first_of_month(year, month), month == 10 ? first_of_month(year + 1, 1) : first_of_month(year, month + 3)};
}

Result<Period> decode_year(const std::string& text) {
    if (!std::regex_match(text, std::regex("[0-9]{4}"))) return malformed("'" + text + "' is not a year; like 2026");
    return Period{text, first_of_month(std::stoi(text), 1), first_of_month(std::stoi(text) + 1, 1)};
}

std::string describe(const Period& period) {
    return day(period.from) + " to " + day(period.until - std::chrono::milliseconds(1)) + " (UTC)";
}

Result<OfficeHours> OfficeHours::decode(const std::string& text) {
    std::smatch parts;
    const std::regex form("([A-Z][a-z]{2})-([A-Z][a-z]{2}) ([0-2][0-9]):([0-5][0-9])-([0-2][0-9]):([0-5][0-9])");
    const Error problem = malformed("'" + text + "' are no office hours; like \"Mon-Fri 08:00-18:00\"");
    if (!std::regex_match(text, parts, form)) return problem;
    OfficeHours hours;
    hours.first_day_ = day_number(parts[1]);
    hours.last_day_ = day_number(parts[2]);
    hours.from_ = std::stoi(parts[3]) * 60 + std::stoi(parts[4]);
    hours.to_ = std::stoi(parts[5]) * 60 + std::stoi(parts[6]);
    if (hours.first_day_ < 0 || hours.last_day_ < 0 || hours.from_ >= hours.to_ || hours.to_ > 24 * 60) return problem;
    return hours;
}

bool OfficeHours::contain(Timestamp time) const {
    const std::time_t seconds = to_unix(time);
    std::tm local{};
    ::tzset();  // localtime_r() need not look at $TZ
    ::localtime_r(&seconds, &local);
    const int minute = local.tm_hour * 60 + local.tm_min;
    const bool wraps = first_day_ > last_day_;  // Sat-Tue
    const bool on_day = wraps ? local.tm_wday >= first_day_ || local.tm_wday <= last_day_ : local.tm_wday >= first_day_ && local.tm_wday <= last_day_;
    return on_day && minute >= from_ && minute < to_;
}

}  // namespace seald::reports
