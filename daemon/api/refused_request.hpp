// What a refused request was about, for its ledger entry: as much as can be told from bytes that may be anything.
#pragma once
#include "daemon/api/http.hpp"
#include "daemon/ledger/refusal.hpp"

namespace seald {

RefusedRequest describe_refused_request(const HttpRequest& request);

}  // namespace seald
