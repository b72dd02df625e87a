// Removes old entries: all before one, whole entry bundles, with everything that was kept for them and that nothing needs any
// more. What is still needed keeps its entry, and all after it. The tree, the checkpoints and the proofs stay.
#pragma once
#include <boost/json/array.hpp>
#include <optional>
#include <string>

#include "core/purge_record.hpp"
#include "core/time.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald {

struct PurgePlan {
    std::uint64_t begin = 0, end = 0;       // [begin, end) goes; nothing if they are the same
    std::optional<Timestamp> first, last;   // the earliest and latest times in it
    std::string held_back;                  // why what is old enough stays after that; empty if nothing does
};
Result<std::uint64_t> first_entry(Database& database);  // 0 if there is none
// Of entries that are older than `before`; what is needed is judged as of `now`. Nothing from `until` on, if it is given: then
// no more is looked at than that.
Result<PurgePlan> plan_purge(Database& database, Timestamp before, Timestamp now, std::optional<std::uint64_t> until = {});

struct PurgeFacts {
    TreeHash root{};             // of the first `end` entries
    boost::json::array seals;    // what state each seal was in then: {"name","state","since"}
};
Result<PurgeFacts> read_purge_facts(Database& database, std::uint64_t end);

struct PurgeCounts {
    std::uint64_t entries = 0, fields = 0, applications = 0, approvals = 0, documents = 0;
    PurgeCounts& operator+=(const PurgeCounts& more);
};
// In the transaction that appended the entry `index`, which says so.
Result<PurgeCounts> purge_entries(Database& database, const PurgePlan& plan, std::uint64_t index, Timestamp before);

// The newest purge, as its entry says it; nothing where there was none.
Result<std::optional<PurgeRecord>> latest_purge(Database& database);
// The state that a seal was in at a time before which its entries were purged, and the entry that says so.
struct PurgedSealState {
    std::string state;
    std::uint64_t index = 0;
};
Result<std::optional<PurgedSealState>> find_purged_seal_state(Database& database, const std::string& seal, Timestamp when);

}  // namespace seald
