#include <boost/json/array.hpp>

#include "daemon/api/act_views.hpp"
#include "daemon/api/query.hpp"
#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

struct Services {
    ActDesk& acts;
    SealRegister& seals;
    const PolicyInForce& policies;
    const Clock& clock;
};

HttpResponse shown(const ActView& view, const Services& services, int status = 200) {
    return json_response(views::act(view, *services.policies.current()), status);
}

// Understood, and waiting for somebody else: 202.
asio::awaitable<Result<HttpResponse>> ask(Services services, Caller caller, ActWish wish) {
    auto view = co_await services.acts.ask(std::move(caller), std::move(wish));
    if (!view) co_return view.error();
    co_return shown(*view, services, 202);
}

asio::awaitable<Result<HttpResponse>> ask_about_seal(Services services, DualAct kind, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    ActWish wish{kind, *name, std::move(*reason), {}};
    co_return co_await ask(services, std::move(call.caller), std::move(wish));
}

asio::awaitable<Result<HttpResponse>> activate(Services services, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto request = requests::decode_seal_act(SealAct::activate, call.body);
    if (!request) co_return request.error();
    auto two = co_await services.seals.needs_second_person(*name, SealAct::activate);
    if (!two) co_return two.error();
    if (*two) {
        ActWish wish{DualAct::activate, *name, std::move(request->reason), {}};
        co_return co_await ask(services, std::move(call.caller), std::move(wish));
    }
    auto seal = co_await services.seals.act(std::move(call.caller), *name, std::move(*request));
    if (!seal) co_return seal.error();
    co_return json_response(views::seal(*seal, check_in_force(*seal, services.clock.now())));
}

asio::awaitable<Result<HttpResponse>> destroy(Services services, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto wish = requests::decode_destruction(*name, call.body);
    if (!wish) co_return wish.error();
    co_return co_await ask(services, std::move(call.caller), std::move(*wish));
}

asio::awaitable<Result<HttpResponse>> copy_key(Services services, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto copy = requests::decode_standby(call.body);
    if (!copy) co_return copy.error();
    ActWish wish{DualAct::copy_key, *name, copy->reason, {{"token", copy->token.str()}}};
    if (!copy->key_id.empty()) wish.parameters["key_id"] = encode_hex(copy->key_id);
    co_return co_await ask(services, std::move(call.caller), std::move(wish));
}

asio::awaitable<Result<HttpResponse>> show(Services services, Call call) {
    auto number = ActNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto view = co_await services.acts.find(std::move(call.caller), *number);
    if (!view) co_return view.error();
    co_return shown(*view, services);
}

asio::awaitable<Result<HttpResponse>> confirm(Services services, Call call) {
    auto number = ActNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto confirmation = requests::decode_confirmation(call.body);
    if (!confirmation) co_return confirmation.error();
    auto view = co_await services.acts.confirm(std::move(call.caller), *number, std::move(*confirmation));
    if (!view) co_return view.error();
    co_return shown(*view, services);
}

asio::awaitable<Result<HttpResponse>> decline(Services services, Call call) {
    auto number = ActNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    auto view = co_await services.acts.decline(std::move(call.caller), *number, std::move(*reason));
    if (!view) co_return view.error();
    co_return shown(*view, services);
}

asio::awaitable<Result<HttpResponse>> withdraw(Services services, Call call) {
    auto number = ActNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    auto reason = requests::decode_optional_reason(call.body);
    if (!reason) co_return reason.error();
    auto view = co_await services.acts.withdraw(std::move(call.caller), *number, std::move(*reason));
    if (!view) co_return view.error();
    co_return shown(*view, services);
}

asio::awaitable<Result<HttpResponse>> complete(Services services, Call call) {
    auto number = ActNumber::decode(call.path.at("number"));
    if (!number) co_return number.error();
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto view = co_await services.acts.complete(std::move(call.caller), *number);
    if (!view) co_return view.error();
    co_return shown(*view, services);
}

Result<ActFilter> decode_filter(const Query& query) {
    auto text = query.find_text("filter");
    if (!text || *text == "open") return ActFilter::open;
    if (*text == "waiting") return ActFilter::waiting_for_me;
    if (*text == "all") return ActFilter::all;
    return malformed("query parameter \"filter\" must be open, waiting or all");
}

asio::awaitable<Result<HttpResponse>> list(Services services, Call call) {
    const Query query(call.query);
    if (auto known = query.only({"filter", "limit"}); !known) co_return known.error();
    auto filter = decode_filter(query);
    if (!filter) co_return filter.error();
    auto limit = query.number("limit", 100, 1000);
    if (!limit) co_return limit.error();
    auto views = co_await services.acts.list(std::move(call.caller), *filter, static_cast<unsigned>(*limit));
    if (!views) co_return views.error();
    json::array array;
    for (const auto& view : *views) array.push_back(views::act(view, *services.policies.current()));
    co_return json_response({{"acts", std::move(array)}});
}

}  // namespace

void add_act_routes(Router& router, ActDesk& acts, SealRegister& seals, const PolicyInForce& policies, const Clock& clock) {
    using Act = asio::awaitable<Result<HttpResponse>> (*)(Services, Call);
    const Services services{acts, seals, policies, clock};
    const auto add = [&](std::string method, std::string_view path, Act act) {
        router.add(std::move(method), path, [services, act](Call call) { return act(services, std::move(call)); });
    };
    for (const DualAct kind : {DualAct::resume, DualAct::cancel})
        router.add("POST", "/v1/seals/{name}/" + std::string(to_string(kind)), [services, kind](Call call) { return ask_about_seal(services, kind, std::move(call)); });
    add("POST", "/v1/seals/{name}/activate", activate);
    add("POST", "/v1/seals/{name}/destroy", destroy);
    add("POST", "/v1/seals/{name}/standby", copy_key);
    add("GET", "/v1/acts", list);
    add("GET", "/v1/acts/{number}", show);
    add("POST", "/v1/acts/{number}/confirmations", confirm);
    add("POST", "/v1/acts/{number}/decline", decline);
    add("POST", "/v1/acts/{number}/withdraw", withdraw);
    add("POST", "/v1/acts/{number}/complete", complete);
}

}  // namespace seald
