// What an emergency stop did, for whoever stands there at two in the morning: what is stopped, and what is to be done next.
#pragma once
#include "client/report.hpp"

namespace seald {

Result<Report> stop_report(const boost::json::value& answer);

}  // namespace seald
