#include "config/sections.hpp"

namespace seald {

namespace {

std::set<std::chrono::sys_days> read_days(TableReader& reader, std::string_view key) {
    std::set<std::chrono::sys_days> days;
    for (const TextAt& word : reader.texts(key, Need::optional)) {
        if (const auto day = decode_date(word.text))
            days.insert(*day);
        else
            reader.mistakes().add(word.line, word.path, day.error().message);
    }
    return days;
}

}  // namespace

Calendar read_calendar(TableReader reader) {
    Calendar calendar;
    calendar.utc_offset = reader.decoded("utc_offset", Need::optional, decode_utc_offset).value_or(std::chrono::minutes(0));
    calendar.holidays = read_days(reader, "holidays");
    calendar.workdays = read_days(reader, "workdays");
    for (const auto day : calendar.workdays)
        if (calendar.holidays.contains(day)) reader.mistake("workdays", "a day is both a holiday and a workday; allowed: one of them");
    reader.finish();
    return calendar;
}

}  // namespace seald
