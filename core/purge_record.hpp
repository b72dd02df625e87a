// What an entry "ledger-purged" says: that all entries before one were removed on purpose, by whom, and the root of the tree
// that they were. Their hashes stay, so that the root can be computed; an entry that says another one covers nothing.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/merkle.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::string_view ledger_purged = "ledger-purged";  // the entry's kind

struct PurgeRecord {
    std::uint64_t index = 0;  // of the entry
    std::uint64_t end = 0;    // entries 0 to end-1 are gone
    TreeHash root{};          // of the tree of these
    Timestamp time;
    std::string person;
    std::string words() const;  // "entries 0 to 511 were purged at 2032-01-05T09:00:00.000Z by sun.li, which entry 1301 says"
    bool covers(std::uint64_t missing, const TreeHash& computed) const { return end == missing && root == computed; }
};

// Nothing for any other entry.
std::optional<PurgeRecord> find_purge_record(std::uint64_t index, std::string_view body);
std::string unrecorded_words(std::uint64_t missing);  // of entries that are missing without such an entry

}  // namespace seald
