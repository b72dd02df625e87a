// The signatures in a PDF file, or the empty place for one. Says what each covers; whether it is good is for others to say.
#pragma once
#include <vector>

#include "client/pdf/covered.hpp"
#include "client/pdf/source.hpp"

namespace seald::pdf {

struct Signature {
    std::string field;   // its name
    Hole hole;
    std::size_t covered_end;
    Bytes cms;           // DER; empty: prepared, not signed yet

    bool covers_file(std::size_t size) const { return covered_end == size; }  // nothing but itself is left out
};

// By what they cover, the newest last. malformed: one of them does not say what it covers.
Result<std::vector<Signature>> read_signatures(Source& source);

// The file that `prepare` made: its newest signature is empty and covers the file. malformed otherwise.
Result<Prepared> check_prepared(std::string content, const std::string& name);

}  // namespace seald::pdf
