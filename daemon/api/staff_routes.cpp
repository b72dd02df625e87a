#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

asio::awaitable<Result<HttpResponse>> record_training(StaffDesk& desk, const Clock& clock, Call call) {
    auto wanted = requests::decode_training(call.body);
    if (!wanted) co_return wanted.error();
    auto record = co_await desk.record_training(std::move(call.caller), std::move(*wanted));
    if (!record) co_return record.error();
    co_return json_response(views::training(*record, clock.now()), 201);
}

asio::awaitable<Result<HttpResponse>> list_training(StaffDesk& desk, const Clock& clock, Call call) {
    auto records = co_await desk.list_training(std::move(call.caller));
    if (!records) co_return records.error();
    json::array list;
    for (const auto& record : *records) list.push_back(views::training(record, clock.now()));
    co_return json_response({{"training", std::move(list)}});
}

asio::awaitable<Result<HttpResponse>> give_feedback(StaffDesk& desk, Call call) {
    auto text = requests::decode_feedback(call.body);
    if (!text) co_return text.error();
    auto index = co_await desk.give_feedback(std::move(call.caller), std::move(*text));
    if (!index) co_return index.error();
    co_return json_response({{"ledger_index", *index}}, 201);
}

asio::awaitable<Result<HttpResponse>> list_feedback(StaffDesk& desk, Call call) {
    auto entries = co_await desk.list_feedback(std::move(call.caller));
    if (!entries) co_return entries.error();
    json::array list;
    for (const auto& entry : *entries) list.push_back(views::entry(entry));
    co_return json_response({{"feedback", std::move(list)}});
}

}  // namespace

void add_staff_routes(Router& router, StaffDesk& desk, const Clock& clock) {
    router.add("POST", "/v1/training", [&](Call call) { return record_training(desk, clock, std::move(call)); });
    router.add("GET", "/v1/training", [&](Call call) { return list_training(desk, clock, std::move(call)); });
    router.add("POST", "/v1/feedback", [&](Call call) { return give_feedback(desk, std::move(call)); });
    router.add("GET", "/v1/feedback", [&](Call call) { return list_feedback(desk, std::move(call)); });
}

}  // namespace seald
