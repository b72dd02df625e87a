// Who keeps a seal: handing it over, and acting custodians.
#include "daemon/api/custodian_requests.hpp"
#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> begin(CustodianDesk& desk, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto body = requests::decode_hand_over(call.body);
    if (!body) co_return body.error();
    auto begun = co_await desk.begin(std::move(call.caller), *name, std::move(body->wish), std::move(body->statement));
    if (!begun) co_return begun.error();
    co_return json_response(views::hand_over(*begun), 201);
}

using Part = asio::awaitable<Result<HandOver>> (CustodianDesk::*)(Caller, SealName, CustodianDesk::Statement);

asio::awaitable<Result<HttpResponse>> say_part(CustodianDesk& desk, Part part, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto statement = requests::decode_statement(call.body);
    if (!statement) co_return statement.error();
    auto said = co_await (desk.*part)(std::move(call.caller), *name, std::move(*statement));
    if (!said) co_return said.error();
    co_return json_response(views::hand_over(*said));
}

asio::awaitable<Result<HttpResponse>> decline(CustodianDesk& desk, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto reason = requests::decode_reason(call.body);
    if (!reason) co_return reason.error();
    auto declined = co_await desk.decline(std::move(call.caller), *name, std::move(*reason));
    if (!declined) co_return declined.error();
    co_return json_response(views::hand_over(*declined));
}

asio::awaitable<Result<HttpResponse>> appoint(CustodianDesk& desk, const Clock& clock, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto wanted = requests::decode_acting(*name, call.body, clock.now());
    if (!wanted) co_return wanted.error();
    auto acting = co_await desk.appoint(std::move(call.caller), std::move(*wanted));
    if (!acting) co_return acting.error();
    co_return json_response(views::acting(*acting), 201);
}

asio::awaitable<Result<HttpResponse>> dismiss(CustodianDesk& desk, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto dismissal = requests::decode_dismissal(call.body);
    if (!dismissal) co_return dismissal.error();
    const PersonId person = dismissal->person;
    auto dismissed = co_await desk.dismiss(std::move(call.caller), *name, person, std::move(dismissal->reason));
    if (!dismissed) co_return dismissed.error();
    co_return json_response({{"seal", name->str()}, {"person", person.str()}});
}

asio::awaitable<Result<HttpResponse>> list(CustodianDesk& desk, Call call) {
    auto name = SealName::decode(call.path.at("name"));
    if (!name) co_return name.error();
    auto custody = co_await desk.custody(*name);
    if (!custody) co_return custody.error();
    co_return json_response(views::custody(*name, *custody));
}

}  // namespace

void add_custodian_routes(Router& router, CustodianDesk& desk, const Clock& clock) {
    router.add("GET", "/v1/seals/{name}/custody", [&](Call call) { return list(desk, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/hand-over", [&](Call call) { return begin(desk, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/hand-over/accept", [&](Call call) { return say_part(desk, &CustodianDesk::accept, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/hand-over/confirm", [&](Call call) { return say_part(desk, &CustodianDesk::confirm, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/hand-over/decline", [&](Call call) { return decline(desk, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/acting-custodian", [&](Call call) { return appoint(desk, clock, std::move(call)); });
    router.add("POST", "/v1/seals/{name}/acting-custodian/end", [&](Call call) { return dismiss(desk, std::move(call)); });
}

}  // namespace seald
