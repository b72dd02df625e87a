#include "client/ledger_range.hpp"

#include <algorithm>

#include "client/answer_reader.hpp"
#include "core/decimal.hpp"

namespace seald {
namespace {

Result<std::string> bound_query(const std::string& text, const char* index_name, const char* time_name, DayMeans day) {
    if (text.empty()) return std::string();
    if (decode_decimal(text)) return std::string("&") + index_name + "=" + text;
    const auto time = decode_day_or_time(text, day);
    if (!time) return time.error();
    return std::string("&") + time_name + "=" + to_rfc3339(*time);
}

Result<std::optional<std::uint64_t>> find_index(const ApiClient& api, const std::string& query) {
    const auto answer = api.get("/v1/ledger/entries?limit=1" + query);
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto& entries = in.list("entries");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (entries.empty()) return std::optional<std::uint64_t>();
    AnswerReader entry(entries.front());
    const auto index = static_cast<std::uint64_t>(entry.integer("index"));
    if (auto understood = entry.finish(); !understood) return understood.error();
    return std::optional(index);
}

}  // namespace

Result<Timestamp> decode_day_or_time(const std::string& text, DayMeans day) {
    if (const auto midnight = decode_rfc3339(text + "T00:00:00Z"); midnight && text.size() == 10)
        return day == DayMeans::end ? *midnight + std::chrono::days(1) : *midnight;
    auto time = decode_rfc3339(text);
    if (!time) return malformed("'" + text + "' is neither an entry's number nor a day or time; like 2026-11-23 or 2026-11-23T08:00:00Z");
    return time;
}

Result<std::string> range_query(const std::string& from, const std::string& to) {
    const auto begin = bound_query(from, "from", "since", DayMeans::beginning);
    if (!begin) return begin.error();
    const auto end = bound_query(to, "to", "until", DayMeans::end);
    if (!end) return end.error();
    return *begin + *end;
}

Result<EntryRange> find_range(const ApiClient& api, const std::string& from, const std::string& to, std::uint64_t size) {
    const auto query = range_query(from, to);
    if (!query) return query.error();
    const auto first = find_index(api, *query);
    if (!first) return first.error();
    const auto last = find_index(api, *query + "&order=newest");
    if (!last) return last.error();
    if (!*first || **first >= size) return not_found("the ledger has no entries in that period");
    return EntryRange{**first, std::min(**last + 1, size)};
}

}  // namespace seald
