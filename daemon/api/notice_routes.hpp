// The route that tries the channels of notices.
#pragma once
#include "daemon/api/router.hpp"
#include "daemon/notify/notice_trial.hpp"

namespace seald {

void add_notice_routes(Router& router, NoticeTrial& trial);

}  // namespace seald
