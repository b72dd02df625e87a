// What an act that waits for a second person looks like in JSON, as docs/api.md says.
#pragma once
#include <boost/json/object.hpp>

#include "daemon/acts/act_desk.hpp"

namespace seald::views {

boost::json::object act(const ActView& view, const Policy& policy);

}  // namespace seald::views
