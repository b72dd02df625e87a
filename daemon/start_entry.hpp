// What the ledger says of the daemon's start: what it was compared with, and who witnesses it.
#pragma once
#include <boost/json/object.hpp>

#include "daemon/store/store.hpp"

namespace seald {

// `witnesses`: their verifier keys; not said where there are none.
Entry make_start_entry(boost::json::object about, const Store& store, const std::vector<std::string>& witnesses, Timestamp now);

}  // namespace seald
