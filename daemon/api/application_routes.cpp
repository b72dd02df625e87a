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

HttpResponse shown(const ApplicationView& view, const PolicyInForce& policies, int status = 200) {
    return json_response(views::application(view, *policies.current()), status);
}

asio::awaitable<Result<HttpResponse>> submit(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
    auto body = requests::decode_application(call.body);
    if (!body) co_return body.error();
    if (body->dry_run) {
        auto prospect = co_await desk.foresee(std::move(call.caller), std::move(body->wanted));
        if (!prospect) co_return prospect.error();
        co_return json_response(views::prospect(*prospect));
    }
    auto view = co_await desk.submit(std::move(call.caller), std::move(body->wanted));
    if (!view) co_return view.error();
    co_return shown(*view, policies, 201);
}

asio::awaitable<Result<HttpResponse>> hand_in_again(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto body = requests::decode_application(call.body);
    if (!body) co_return body.error();
    if (body->dry_run) co_return malformed("\"dry_run\" is for new applications");
    auto view = co_await desk.hand_in_again(std::move(call.caller), *number, std::move(body->wanted));
    if (!view) co_return view.error();
    co_return shown(*view, policies);
}

asio::awaitable<Result<HttpResponse>> revoke(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    auto view = co_await desk.revoke(std::move(call.caller), *number, std::move(*reason));
    if (!view) co_return view.error();
    co_return shown(*view, policies);
}

asio::awaitable<Result<HttpResponse>> show(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto view = co_await desk.find(std::move(call.caller), *number);
    if (!view) co_return view.error();
    co_return shown(*view, policies);
}

asio::awaitable<Result<HttpResponse>> decide(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto approval = requests::decode_approval(call.body);
    if (!approval) co_return approval.error();
    auto view = co_await desk.decide(std::move(call.caller), *number, std::move(*approval));
    if (!view) co_return view.error();
    co_return shown(*view, policies);
}

asio::awaitable<Result<HttpResponse>> withdraw(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
    auto number = ApplicationNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto reason = requests::decode_optional_reason(call.body);
    if (!reason) co_return reason.error();
    auto view = co_await desk.withdraw(std::move(call.caller), *number, std::move(*reason));
    if (!view) co_return view.error();
    co_return shown(*view, policies);
}

Result<ApplicationFilter> decode_filter(const Query& query) {
    auto text = query.find_text("filter");
    if (!text || *text == "all") return ApplicationFilter::visible;
    if (*text == "mine") return ApplicationFilter::mine;
    if (*text == "waiting") return ApplicationFilter::waiting_for_me;
    return malformed("query parameter \"filter\" must be mine, waiting or all");
}

asio::awaitable<Result<HttpResponse>> list(ApplicationDesk& desk, const PolicyInForce& policies, Call call) {
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
        if (!state || view.application.state == *state) array.push_back(views::application(view, *policies.current()));
    co_return json_response({{"applications", std::move(array)}});
}

}  // namespace

void add_application_routes(Router& router, ApplicationDesk& desk, const PolicyInForce& policies) {
    using Act = asio::awaitable<Result<HttpResponse>> (*)(ApplicationDesk&, const PolicyInForce&, Call);
    const auto add = [&](std::string method, std::string_view path, Act act) {
        router.add(std::move(method), path, [&desk, &policies, act](Call call) { return act(desk, policies, std::move(call)); });
    };
    add("POST", "/v1/applications", submit);
    add("GET", "/v1/applications", list);
    add("GET", "/v1/applications/{number}", show);
    add("POST", "/v1/applications/{number}/hand-in", hand_in_again);
    add("POST", "/v1/applications/{number}/decisions", decide);
    add("POST", "/v1/applications/{number}/revoke", revoke);
    add("POST", "/v1/applications/{number}/withdraw", withdraw);
}

}  // namespace seald
