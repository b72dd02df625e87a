// What a seal was used for while it may have been in wrong hands: every digest, who asked, who approved, and where the proof
// of each is. Pure.
#pragma once
#include "client/reports/excerpt.hpp"

namespace seald::reports {

struct CompromiseInput {
    std::string seal;
    std::string from, to;  // as given; empty: without a bound
    Timestamp now;
    Entries entries;  // of the seal, in the period
    std::string proofs;  // the folder with a receipt per entry; empty: none was written
};

Document compromise(const CompromiseInput& input);
// The entries that a proof is wanted for: each outcome of the seal.
std::vector<std::uint64_t> entries_to_prove(const Entries& entries);

}  // namespace seald::reports
