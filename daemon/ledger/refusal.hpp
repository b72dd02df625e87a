// Every refusal of an identified caller is in the ledger (promise I11), with the rule that refused.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/caller.hpp"
#include "daemon/store/store.hpp"

namespace seald {

// What was asked for, as far as it could be understood.
struct RefusedRequest {
    std::string act;                        // "POST /v1/seals/contract/signatures"
    std::string request_id;                 // of the log line
    std::optional<std::string> seal, application;
    std::vector<std::string> documents;     // "sha256:<hex>", the first few
    std::string policy = {};                // SHA-256 of the policy that refused
};

boost::asio::awaitable<Result<std::uint64_t>> record_refusal(Store& store, Caller caller, RefusedRequest request, Error error, Timestamp now);

}  // namespace seald
