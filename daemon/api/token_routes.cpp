#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> list(Tokens& tokens) {
    json::array array;
    for (const auto& token : tokens.all()) array.push_back(views::token(*token));
    co_return json_response({{"tokens", std::move(array)}});
}

asio::awaitable<Result<HttpResponse>> show(Tokens& tokens, TokenDesk& desk, Call call) {
    auto name = TokenName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto token = tokens.find(*name);
    if (!token) co_return token.error();
    auto profile = co_await desk.profile(*name);
    if (!profile) co_return profile.error();
    auto body = views::token(**token);
    body["profile"] = *profile ? json::value(**profile) : json::value(nullptr);
    co_return json_response(std::move(body));
}

asio::awaitable<Result<HttpResponse>> probe(TokenDesk& desk, Call call) {
    auto name = TokenName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto wish = requests::decode_probe(call.body);
    if (!wish) co_return wish.error();
    auto profile = co_await desk.probe(std::move(call.caller), *name, wish->seconds, std::move(wish->key_id));
    if (!profile) co_return profile.error();
    json::object body{{"token", name->str()}, {"profile", std::move(*profile)}};
    co_return json_response(std::move(body));
}

asio::awaitable<Result<HttpResponse>> show_pin_key(TokenDesk& desk, Call call) {
    auto name = TokenName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto key = co_await desk.pin_key(std::move(call.caller), *name);
    if (!key) co_return key.error();
    co_return json_response({{"public_key", *key}});
}

asio::awaitable<Result<HttpResponse>> unlock(TokenDesk& desk, Call call) {
    auto name = TokenName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto wish = requests::decode_unlock(call.body);
    if (!wish) co_return wish.error();
    auto token = co_await desk.unlock(std::move(call.caller), *name, std::move(*wish));
    if (!token) co_return token.error();
    co_return json_response(views::token(**token));
}

asio::awaitable<Result<HttpResponse>> reconcile(Reconciliation& reconciliation, Call call) {
    auto name = TokenName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto counts = co_await reconciliation.reconcile(std::move(call.caller), *name);
    if (!counts) co_return counts.error();
    json::array keys;
    for (const auto& count : *counts) keys.push_back(views::signature_count(count));
    co_return json_response({{"token", name->str()}, {"keys", std::move(keys)}});
}

asio::awaitable<Result<HttpResponse>> lock(TokenDesk& desk, Call call) {
    auto name = TokenName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto token = co_await desk.lock(std::move(call.caller), *name);
    if (!token) co_return token.error();
    co_return json_response(views::token(**token));
}

}  // namespace

void add_token_routes(Router& router, Tokens& tokens, TokenDesk& desk, Reconciliation& reconciliation) {
    router.add("GET", "/v1/tokens", [&](Call) { return list(tokens); });
    router.add("GET", "/v1/tokens/{name}", [&](Call call) { return show(tokens, desk, std::move(call)); });
    router.add("GET", "/v1/tokens/{name}/pin-key", [&](Call call) { return show_pin_key(desk, std::move(call)); });
    router.add("POST", "/v1/tokens/{name}/unlock", [&](Call call) { return unlock(desk, std::move(call)); });
    router.add("POST", "/v1/tokens/{name}/probe", [&](Call call) { return probe(desk, std::move(call)); });
    router.add("POST", "/v1/tokens/{name}/reconciliation", [&](Call call) { return reconcile(reconciliation, std::move(call)); });
    router.add("POST", "/v1/tokens/{name}/lock", [&](Call call) { return lock(desk, std::move(call)); });
}

}  // namespace seald
