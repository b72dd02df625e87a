// The certificate of destruction (銷毀證明): words for people, and below them the ledger's receipt (C2SP tlog-proof) of the entry
// that they say again, with both witnesses' signatures in it. Whoever has the file and the ledger's key needs nothing else.
#pragma once
#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "client/check.hpp"
#include "core/ledger_keys.hpp"

namespace seald {

// Of the entry `seal-destroyed` that the receipt proves.
Result<std::string> make_destruction_certificate(const TlogProof& receipt);
bool is_destruction_certificate(std::string_view file);
// One check for each part; without the ledger's key nothing proves that the entry is in a ledger.
Result<std::vector<Check>> check_destruction_certificate(std::string_view file, const LedgerKeys* ledger_keys);

}  // namespace seald
