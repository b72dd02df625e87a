#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

// With the certificates that verify them: those of the key that made each, which need not be the one in use by now.
asio::awaitable<Result<HttpResponse>> show_signatures(Rotation& rotation, const Clock& clock, SealName name, std::vector<Receipt> receipts) {
    auto now = co_await rotation.find(name, 0);
    if (!now) co_return now.error();
    auto sealed_with = co_await rotation.find(name, receipts.front().version());
    if (!sealed_with) co_return sealed_with.error();
    std::map<unsigned, Seal> others;
    for (const auto& receipt : receipts) {
        if (receipt.version() == sealed_with->version || others.contains(receipt.version())) continue;
        auto other = co_await rotation.find(name, receipt.version());
        if (!other) co_return other.error();
        others.emplace(receipt.version(), std::move(*other));
    }
    co_return json_response(views::signatures(receipts, *sealed_with, others, views::seal(*now, check_in_force(*now, clock.now()))));
}

asio::awaitable<Result<HttpResponse>> sign(SealService& service, Rotation& rotation, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto request = requests::decode_seal_request(*name, call.body);
    if (!request) co_return request.error();
    request->log_id = call.request_id;
    auto receipts = co_await service.seal(std::move(call.caller), std::move(*request));
    if (!receipts) co_return receipts.error();
    co_return co_await show_signatures(rotation, clock, *name, std::move(*receipts));
}

asio::awaitable<Result<HttpResponse>> explain_request(SealService& service, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto request = requests::decode_explain_request(*name, call.body);
    if (!request) co_return request.error();
    auto explanation = co_await service.explain(std::move(call.caller), std::move(*request));
    if (!explanation) co_return explanation.error();
    json::array list;
    for (const auto& each : explanation->objections) list.push_back(views::objection(each));
    json::value prove = nullptr;
    if (explanation->needs_proof) prove = "key";
    co_return json_response({{"permitted", list.empty()}, {"objections", list}, {"prove", std::move(prove)}});
}

}  // namespace

void add_signature_routes(Router& router, SealService& service, Rotation& rotation, const Clock& clock) {
    router.add("POST", "/v1/seals/{name}/signatures", [&](Call call) { return sign(service, rotation, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/explain", [&](Call call) { return explain_request(service, std::move(call)); });
}

}  // namespace seald
