// Another key for a seal: making it, cutting over to it, giving it up.
#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> replace(Rotation& rotation, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto wanted = requests::decode_replacement(*name, call.body);
    if (!wanted) co_return wanted.error();
    auto made = co_await rotation.replace(std::move(call.caller), std::move(*wanted));
    if (!made) co_return made.error();
    json::object body{{"seal", name->str()},
                      {"version", views::version(made->version)},
                      {"csr", made->csr ? json::value(*made->csr) : json::value(nullptr)},
                      {"key_attributes", views::key_attributes(made->key)}};
    co_return json_response(std::move(body), 201);
}

json::object answer_of(const SealName& name, const SealVersion& version) { return {{"seal", name.str()}, {"version", views::version(version)}}; }

// Now, or at a moment that lies ahead.
asio::awaitable<Result<HttpResponse>> cut_over(Rotation& rotation, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto at = requests::decode_cut_over(call.body);
    if (!at) co_return at.error();
    if (*at) {
        auto planned = co_await rotation.plan_cut_over(std::move(call.caller), *name, **at);
        if (!planned) co_return planned.error();
        co_return json_response(answer_of(*name, *planned), 202);
    }
    auto seal = co_await rotation.cut_over(std::move(call.caller), *name);
    if (!seal) co_return seal.error();
    co_return json_response(views::seal(*seal, check_in_force(*seal, clock.now())));
}

asio::awaitable<Result<HttpResponse>> withdraw(Rotation& rotation, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    auto version = co_await rotation.withdraw(std::move(call.caller), *name, std::move(*reason));
    if (!version) co_return version.error();
    co_return json_response(answer_of(*name, *version));
}

}  // namespace

void add_rotation_routes(Router& router, Rotation& rotation, const Clock& clock) {
    router.add("POST", "/v1/seals/{name}/replace", [&](Call call) { return replace(rotation, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/cut-over", [&](Call call) { return cut_over(rotation, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/withdraw-replacement", [&](Call call) { return withdraw(rotation, std::move(call)); });
}

}  // namespace seald
