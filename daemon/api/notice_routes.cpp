#include "daemon/api/notice_routes.hpp"

#include <boost/json/array.hpp>

#include "daemon/api/requests.hpp"
#include "daemon/api/responses.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

asio::awaitable<Result<HttpResponse>> test_channels(NoticeTrial& trial, Call call) {
    if (auto nothing = requests::decode_nothing(call.body); !nothing) co_return nothing.error();
    auto answers = co_await trial.by(std::move(call.caller), std::move(call.request_id));
    if (!answers) co_return answers.error();
    json::array list;
    for (const auto& each : *answers) list.push_back(json::object{{"channel", each.channel}, {"delivered", each.delivered}, {"answer", each.answer}});
    co_return json_response({{"channels", std::move(list)}});
}

}  // namespace

void add_notice_routes(Router& router, NoticeTrial& trial) {
    router.add("POST", "/v1/notices/test", [&trial](Call call) { return test_channels(trial, std::move(call)); });
}

}  // namespace seald
