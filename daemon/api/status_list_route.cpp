#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"

namespace seald {
namespace {

boost::asio::awaitable<Result<HttpResponse>> show(StatusLister& lister) {
    auto list = co_await lister.current();
    if (!list) co_return list.error();
    co_return json_response({{"status_list", *list}});
}

}  // namespace

void add_seal_life_routes(Router& router, SealLifeServices services) {
    add_rotation_routes(router, services.rotation, services.clock);
    add_picture_routes(router, services.pictures);
    add_custodian_routes(router, services.custodians, services.clock);
    add_status_list_route(router, services.status_lister);
}

void add_status_list_route(Router& router, StatusLister& lister) {
    router.add("GET", "/v1/status-list", [&](Call) { return show(lister); });
}

}  // namespace seald
