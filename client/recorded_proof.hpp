// What a ledger entry's proof of use proves: an auditor checks it with nothing but the entry.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "core/error.hpp"

namespace seald {

// Words for a person where the entry has a proof, and it is signed by the key in the entry and says what the entry says;
// verification_failed where it does not. Nothing for an entry without one.
Result<std::optional<std::string>> check_recorded_proof(const boost::json::object& entry);

}  // namespace seald
