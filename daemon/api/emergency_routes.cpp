#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

template <class Names>
json::array texts(const Names& names) {
    json::array list;
    for (const auto& name : names) list.push_back(json::string(name.str()));
    return list;
}

HttpResponse shown(const Stopped& stopped, const Clock& clock) {
    json::array seals, tokens;
    for (const auto& each : stopped.seals)
        seals.push_back(json::object{{"seal", views::seal(each.seal, check_in_force(each.seal, clock.now()))},
                                     {"before", to_string(each.before)},
                                     {"withdrawn", texts(each.withdrawn)},
                                     {"concerned", texts(each.concerned)}});
    for (const auto& each : stopped.tokens)
        tokens.push_back(json::object{{"token", each.token.str()},
                                      {"locked", each.locked.has_value()},
                                      {"why_not", each.locked ? json::value(nullptr) : json::value(each.locked.error().message)},
                                      {"also_on_it", texts(each.also_on_it)}});
    return json_response({{"seals", std::move(seals)}, {"tokens", std::move(tokens)}});
}

asio::awaitable<Result<HttpResponse>> stop_seals(EmergencyStop& emergency, const Clock& clock, Call call) {
    auto wish = requests::decode_emergency_stop(call.body);
    if (!wish) co_return wish.error();
    auto stopped = co_await emergency.stop(std::move(call.caller), std::move(wish->seals), std::move(wish->reason));
    if (!stopped) co_return stopped.error();
    co_return shown(*stopped, clock);
}

asio::awaitable<Result<HttpResponse>> report_lost(EmergencyStop& emergency, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    auto stopped = co_await emergency.report_lost(std::move(call.caller), *name, std::move(*reason));
    if (!stopped) co_return stopped.error();
    co_return shown(*stopped, clock);
}

}  // namespace

void add_emergency_routes(Router& router, EmergencyStop& emergency, const Clock& clock) {
    router.add("POST", "/v1/emergency-stop", [&](Call call) { return stop_seals(emergency, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/lost", [&](Call call) { return report_lost(emergency, clock, std::move(call)); });
}

}  // namespace seald
