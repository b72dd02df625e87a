// What the signed decision inside a ledger entry of kind "decision" proves: an auditor checks it with nothing but the entry.
#pragma once
#include <boost/json/object.hpp>
#include <optional>
#include <string>

#include "core/error.hpp"

namespace seald {

// Words for a person where the decision is signed by the key in the entry and says what the entry says; verification_failed
// where it does not. Nothing for another entry, or one from before entries had the key.
Result<std::optional<std::string>> check_recorded_approval(const boost::json::object& entry);

}  // namespace seald
