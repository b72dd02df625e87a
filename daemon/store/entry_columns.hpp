// What an entry is found by, read out of its fields: which field becomes which column is said here, and once more for a
// whole ledger in column_scan.cpp.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string_view>
#include <vector>

namespace seald {

// Views into the entry's fields.
struct EntryColumns {
    std::string_view kind, time;  // empty where there is none
    std::optional<std::string_view> seal, person, application, result;
    struct Document {
        std::string_view digest, name;
    };
    std::vector<Document> documents;
};

// Into `columns`, whose memory is used again: a whole ledger is read this way.
void read_columns(const boost::json::object& fields, EntryColumns& columns);

}  // namespace seald
