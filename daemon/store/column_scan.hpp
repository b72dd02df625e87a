// What read_columns() reads, read out of an entry's bytes without building its fields: a whole ledger is gone through
// this way. It is only for plain entries, and says when one is not.
#pragma once
#include <string_view>

#include "daemon/store/entry_columns.hpp"

namespace seald {

// Views into the body. False: it has escapes or repetitions in what becomes a column, fields that are kept beside it, or is
// no JSON object; nothing is said about its columns then.
bool scan_columns(std::string_view body, EntryColumns& columns);

}  // namespace seald
