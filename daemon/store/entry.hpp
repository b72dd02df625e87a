// One ledger entry: the exact bytes of one JSON object, and the columns it is found by. The bytes are written once and
// never re-encoded; the columns are derived and can be made again from them. A field that would make the entry longer
// than a C2SP entry bundle can hold is kept beside the ledger, and the entry has its digest in its place.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/detached_field.hpp"
#include "core/entry_bundle.hpp"
#include "core/error.hpp"
#include "core/time.hpp"

namespace seald {

struct Entry {
    struct DocumentName {
        std::string digest, name;  // "sha256:<hex>"; the name may be empty
        bool operator==(const DocumentName&) const = default;
    };

    std::string kind;
    Timestamp time;
    std::string body;  // {"kind":…,"time":…,…}
    std::optional<std::string> seal, person, application, result;
    std::vector<DocumentName> documents;
    std::vector<DetachedField> detached;

    // Puts kind and time in front of `fields` and derives the columns: seal, application, caller.id, result, and the
    // documents in document and documents. Fields named kind and time would be a bug and are left out.
    static Entry make(std::string kind, Timestamp time, const boost::json::object& fields);
    // Reads the columns back out of stored bytes; malformed when they are no entry, verification_failed when what they
    // need is kept beside the ledger and is not there.
    static Result<Entry> decode(std::string body, const DetachedLookup& find_detached);
};

}  // namespace seald
