// What --from and --to of the ledger's commands mean: an entry's number, or a day or time in UTC. A day as --to includes
// that day; a number as --to is not included.
#pragma once
#include <string>

#include "client/api_client.hpp"
#include "core/time.hpp"

namespace seald {

// "&from=17&until=2026-11-24T00:00:00.000Z" for the ledger's list; empty where nothing is given. malformed.
Result<std::string> range_query(const std::string& from, const std::string& to);

struct EntryRange {
    std::uint64_t first = 0, end = 0;  // [first, end)
};
// The entries of a ledger of `size` that the two mean; not_found when there are none.
Result<EntryRange> find_range(const ApiClient& api, const std::string& from, const std::string& to, std::uint64_t size);

// A day or a time; a day is its beginning, or its end.
enum class DayMeans { beginning, end };
Result<Timestamp> decode_day_or_time(const std::string& text, DayMeans day);

}  // namespace seald
