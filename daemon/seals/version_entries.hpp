// What the ledger says about a seal's versions.
#pragma once
#include <boost/json/object.hpp>

#include "daemon/model/seal_version.hpp"

namespace seald::version_entries {

// Of the version that waits: what it is, and the state the seal is in meanwhile.
boost::json::object waiting(boost::json::object caller, const Seal& seal, const SealVersion& version);
boost::json::object cut_over(boost::json::object caller, const Seal& before, const SealVersion& waiting);

}  // namespace seald::version_entries
