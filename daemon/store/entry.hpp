// One ledger entry: the exact bytes of one JSON object, and the columns it is found by. The bytes are written once and
// never re-encoded; the columns are derived and can be made again from them.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::size_t max_entry_size = 1 << 20;  // bytes; an application with 1000 documents fits

struct Entry {
    std::string kind;
    Timestamp time;
    std::string body;                                                        // {"kind":…,"time":…,…}
    std::optional<std::string> seal, person, application, document, result;  // document: "sha256:<hex>"

    // Puts kind and time in front of `fields` and derives the columns: seal, application, caller.id, document.digest,
    // result. Fields named kind and time would be a bug and are left out.
    static Entry make(std::string kind, Timestamp time, const boost::json::object& fields);
    // Reads the columns back out of stored bytes; malformed when they are no entry.
    static Result<Entry> decode(std::string body);
};

}  // namespace seald
