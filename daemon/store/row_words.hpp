// How values that several tables share are read from their columns. Throws DamagedRow; used inside all_rows/first_row
// only.
#pragma once
#include "core/digest.hpp"
#include "core/names.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

inline Digest digest_at(const Statement& row, int algorithm_column) {  // and hex in the next column
    return stored(Digest::decode(row.text(algorithm_column), row.text(algorithm_column + 1)));
}

inline std::optional<ApplicationNumber> find_application_at(const Statement& row, int column) {
    const auto text = row.find_text(column);
    return text ? std::optional(stored(ApplicationNumber::decode(*text))) : std::nullopt;
}

}  // namespace seald::tables
