#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> reload_now(Reload& reload, Call call) {
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto done = co_await reload.by(std::move(call.caller));
    if (!done) co_return done.error();
    co_return json_response({{"policy_sha256", done->policy_sha256}, {"persons", done->persons}, {"seal_policies", done->seals}});
}

}  // namespace

void add_reload_route(Router& router, Reload& reload) {
    router.add("POST", "/v1/reload", [&reload](Call call) { return reload_now(reload, std::move(call)); });
}

}  // namespace seald
