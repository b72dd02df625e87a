// What the signed confirmations in a ledger entry prove: an auditor checks them with nothing but the entry.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "core/error.hpp"

namespace seald {

struct ConfirmedBy {
    std::string person, words;  // "good: signed by … at … with key …"
};

// Of an entry that holds one confirmation (act-confirmed), or those of all witnesses (seal-destroyed): each is signed by the key in
// the entry, and of the act and statement that the entry names; witnesses are two persons at least, none of whom asked. Empty for
// other entries; verification_failed where something does not fit.
Result<std::vector<ConfirmedBy>> check_recorded_confirmations(const boost::json::object& entry);

}  // namespace seald
