#include "core/time.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "core/decimal.hpp"

namespace seald {
namespace {

using namespace std::chrono;

// RFC 3339 has four digits for the year. Times outside are clamped or refused, so that every Timestamp can be written.
constexpr sys_days kFirstDay = year{0} / January / 1;
constexpr sys_days kEnd = year{10000} / January / 1;
constexpr std::int64_t kLongestDuration = 36500LL * 86400;

void append_digits(std::string& out, std::int64_t value, std::size_t width) {
    std::string digits = std::to_string(value);
    if (digits.size() < width) out.append(width - digits.size(), '0');
    out += digits;
}

// Reads from the front of a text; the first mismatch makes all that follows fail.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    int digits(std::size_t count, int low, int high) {
        int value = 0;
        if (rest_.size() < count) good_ = false;
        for (std::size_t i = 0; good_ && i < count; ++i) {
            if (!at_digit())
                good_ = false;
            else
                value = value * 10 + take_digit();
        }
        if (value < low || value > high) good_ = false;
        return value;
    }
    bool skip(char c) {
        if (!rest_.starts_with(c)) return false;
        rest_.remove_prefix(1);
        return true;
    }
    void expect(char c) {
        if (!skip(c)) good_ = false;
    }
    // time-secfrac: one digit at least, as many as nanoseconds have at most; below a millisecond it is cut off.
    milliseconds fraction() {
        if (!skip('.')) return milliseconds{0};
        int value = 0;
        std::size_t count = 0;
        for (; at_digit(); ++count) {
            int digit = take_digit();
            if (count < 3) value = value * 10 + digit;
        }
        if (count < 1 || count > 9) good_ = false;
        for (; count < 3; ++count) value *= 10;
        return milliseconds{value};
    }
    minutes offset() {
        if (skip('Z')) return minutes{0};
        bool west = rest_.starts_with('-');
        if (!west && !rest_.starts_with('+')) good_ = false;
        if (!good_) return minutes{0};
        rest_.remove_prefix(1);
        int h = digits(2, 0, 23);
        expect(':');
        minutes east{h * 60 + digits(2, 0, 59)};
        return west ? -east : east;
    }
    bool done() const { return good_ && rest_.empty(); }

  private:
    bool at_digit() const { return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; }
    int take_digit() {
        int digit = rest_.front() - '0';
        rest_.remove_prefix(1);
        return digit;
    }

    std::string_view rest_;
    bool good_ = true;
};

struct Unit {
    char letter;
    std::int64_t length;
};
constexpr std::array<Unit, 4> kUnits{{{'d', 86400}, {'h', 3600}, {'m', 60}, {'s', 1}}};

}  // namespace

std::string to_rfc3339(Timestamp time) {
    auto day = floor<days>(time);
    year_month_day date{day};
    hh_mm_ss clock{time - day};
    std::string out;
    append_digits(out, static_cast<int>(date.year()), 4);
    append_digits(out += '-', static_cast<unsigned>(date.month()), 2);
    append_digits(out += '-', static_cast<unsigned>(date.day()), 2);
    append_digits(out += 'T', clock.hours().count(), 2);
    append_digits(out += ':', clock.minutes().count(), 2);
    append_digits(out += ':', clock.seconds().count(), 2);
    append_digits(out += '.', clock.subseconds().count(), 3);
    return out += 'Z';
}

// RFC 3339 section 5.6, capital T and Z only. A leap second (":60") has no place on the system's clock: refused.
Result<Timestamp> decode_rfc3339(std::string_view text) {
    Reader in(text);
    year y{in.digits(4, 0, 9999)};
    in.expect('-');
    month m{static_cast<unsigned>(in.digits(2, 1, 12))};
    in.expect('-');
    day d{static_cast<unsigned>(in.digits(2, 1, 31))};
    in.expect('T');
    hours h{in.digits(2, 0, 23)};
    in.expect(':');
    minutes min{in.digits(2, 0, 59)};
    in.expect(':');
    std::chrono::seconds s{in.digits(2, 0, 59)};
    milliseconds fraction = in.fraction();
    minutes offset = in.offset();
    year_month_day date{y, m, d};
    if (in.done() && date.ok()) {
        Timestamp time = sys_days{date} + h + min + s + fraction - offset;
        if (time >= kFirstDay && time < kEnd) return time;
    }
    return malformed("not a time: these look like 2026-11-23T08:15:30Z or 2026-11-23T16:15:30+08:00");
}

int year_of(Timestamp time) { return static_cast<int>(year_month_day{floor<days>(time)}.year()); }

Timestamp from_unix(std::int64_t unix_seconds) {
    std::int64_t first = std::chrono::seconds{kFirstDay.time_since_epoch()}.count();
    std::int64_t last = std::chrono::seconds{kEnd.time_since_epoch()}.count() - 1;
    return Timestamp{std::chrono::seconds{std::clamp(unix_seconds, first, last)}};
}

std::int64_t to_unix(Timestamp time) { return floor<std::chrono::seconds>(time).time_since_epoch().count(); }

Result<seconds> decode_duration(std::string_view text) {
    for (const Unit& unit : kUnits) {
        if (!text.ends_with(unit.letter)) continue;
        auto count = decode_decimal(text.substr(0, text.size() - 1));
        auto most = static_cast<std::uint64_t>(kLongestDuration / unit.length);
        if (count && *count > 0 && *count <= most) return seconds{static_cast<std::int64_t>(*count) * unit.length};
    }
    return malformed("not a duration: these look like 90s, 30m, 72h or 30d, and are not 0 and at most 36500d");
}

std::string to_string(seconds duration) {
    for (const Unit& unit : kUnits) {
        bool whole = duration.count() != 0 && duration.count() % unit.length == 0;
        if (whole) return std::to_string(duration.count() / unit.length) + unit.letter;
    }
    return "0s";
}

Timestamp SystemClock::now() const { return floor<milliseconds>(system_clock::now()); }

}  // namespace seald
