// What a probe found, as it is kept, shown and used.
#pragma once
#include <boost/json/object.hpp>

#include "core/token_protocol.hpp"

namespace seald {

boost::json::object to_json(const token_protocol::TokenProfile& profile);
// How many sessions are worth having: the fewest that sign without failures at nine tenths of the best rate. 1 at least.
unsigned worthwhile_sessions(const token_protocol::TokenProfile& profile);

}  // namespace seald
