#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> sign(SealService& service, SealRegister& seals, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto request = requests::decode_seal_request(*name, call.body);
    if (!request) co_return request.error();
    request->log_id = call.request_id;
    auto receipts = co_await service.seal(std::move(call.caller), std::move(*request));
    if (!receipts) co_return receipts.error();
    auto seal = co_await seals.find(*name);
    if (!seal) co_return seal.error();
    co_return json_response(views::signatures(*receipts, *seal, check_in_force(*seal, clock.now())));
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

void add_signature_routes(Router& router, SealService& service, SealRegister& seals, const Clock& clock) {
    router.add("POST", "/v1/seals/{name}/signatures", [&](Call call) { return sign(service, seals, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/explain", [&](Call call) { return explain_request(service, std::move(call)); });
}

}  // namespace seald
