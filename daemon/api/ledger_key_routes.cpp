// The ledger's key, and its change.
#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

json::object view(const LedgerKeyChange& change) {
    return {{"index", change.index},         {"size", change.checkpoint.size}, {"time", to_rfc3339(change.time)},
            {"old", change.from.encode()}, {"new", change.to.encode()},      {"receipt", change.receipt}};
}

asio::awaitable<Result<HttpResponse>> show(LedgerKeyDesk& desk) {
    const auto keys = desk.keys();
    json::array changes;
    for (const auto& change : keys->changes()) changes.push_back(view(change));
    co_return json_response({{"verifier_key", keys->current().encode()}, {"changes", std::move(changes)}});
}

asio::awaitable<Result<HttpResponse>> change(LedgerKeyDesk& desk, Call call) {
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    auto changed = co_await desk.change(std::move(call.caller), std::move(*reason));
    if (!changed) co_return changed.error();
    auto document = view(changed->change);
    document["old_key_destroyed"] = changed->not_destroyed.empty();
    if (!changed->not_destroyed.empty()) document["problem"] = changed->not_destroyed;
    co_return json_response(std::move(document));
}

}  // namespace

void add_ledger_key_routes(Router& router, LedgerKeyDesk& desk) {
    router.add("GET", "/v1/ledger/key", [&](Call) { return show(desk); });
    router.add("POST", "/v1/ledger/key", [&](Call call) { return change(desk, std::move(call)); });
}

}  // namespace seald
