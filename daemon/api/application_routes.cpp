#include <boost/json/array.hpp>
#include <charconv>

#include "daemon/api/query.hpp"
#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

HttpResponse shown(const ApplicationView& view, const Policy& policy, int status = 200) {
    return json_response(views::application(view, policy), status);
}

asio::awaitable<Result<HttpResponse>> submit(ApplicationDesk& desk, const Policy& policy, Call call) {
    auto wanted = requests::decode_application(call.body);
    if (!wanted) co_return wanted.error();
    auto view = co_await desk.submit(std::move(call.caller), std::move(*wanted));
    if (!view) co_return view.error();
    co_return shown(*view, policy, 201);
}

asio::awaitable<Result<HttpResponse>> show(ApplicationDesk& desk, const Policy& policy, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto view = co_await desk.find(std::move(call.caller), *number);
    if (!view) co_return view.error();
    co_return shown(*view, policy);
}

asio::awaitable<Result<HttpResponse>> decide(ApplicationDesk& desk, const Policy& policy, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto approval = requests::decode_approval(call.body);
    if (!approval) co_return approval.error();
    auto view = co_await desk.decide(std::move(call.caller), *number, std::move(*approval));
    if (!view) co_return view.error();
    co_return shown(*view, policy);
}

asio::awaitable<Result<HttpResponse>> withdraw(ApplicationDesk& desk, const Policy& policy, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto reason = requests::decode_optional_reason(call.body);
    if (!reason) co_return reason.error();
    auto view = co_await desk.withdraw(std::move(call.caller), *number, std::move(*reason));
    if (!view) co_return view.error();
    co_return shown(*view, policy);
}

Result<ApplicationFilter> decode_filter(const Query& query) {
    auto text = query.find_text("filter");
    if (!text || *text == "all") return ApplicationFilter::visible;
    if (*text == "mine") return ApplicationFilter::mine;
    if (*text == "waiting") return ApplicationFilter::waiting_for_me;
    return malformed("query parameter \"filter\" must be mine, waiting or all");
}

asio::awaitable<Result<HttpResponse>> list(ApplicationDesk& desk, const Policy& policy, Call call) {
    const Query query(call.query);
    if (auto known = query.only({"filter", "state", "limit"}); !known) co_return known.error();
    auto filter = decode_filter(query);
    if (!filter) co_return filter.error();
    auto limit = query.number("limit", 100, 1000);
    if (!limit) co_return limit.error();
    std::optional<ApplicationState> state;
    if (auto text = query.find_text("state")) {
        auto decoded = decode_application_state(*text);
        if (!decoded) co_return decoded.error();
        state = *decoded;
    }
    auto views = co_await desk.list(std::move(call.caller), *filter, static_cast<unsigned>(*limit));
    if (!views) co_return views.error();
    json::array array;
    for (const auto& view : *views)
        if (!state || view.application.state == *state) array.push_back(views::application(view, policy));
    co_return json_response({{"applications", std::move(array)}});
}

}  // namespace

void add_application_routes(Router& router, ApplicationDesk& desk, const Policy& policy) {
    router.add("POST", "/v1/applications", [&](Call call) { return submit(desk, policy, std::move(call)); });
    router.add("GET", "/v1/applications", [&](Call call) { return list(desk, policy, std::move(call)); });
    router.add("GET", "/v1/applications/{number}", [&](Call call) { return show(desk, policy, std::move(call)); });
    router.add("POST", "/v1/applications/{number}/decisions", [&](Call call) { return decide(desk, policy, std::move(call)); });
    router.add("POST", "/v1/applications/{number}/withdraw", [&](Call call) { return withdraw(desk, policy, std::move(call)); });
}

}  // namespace seald
