#include "daemon/notify/notice_trial.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

NoticeMessage test_message(const Policy& policy, const Caller& caller, const std::string& request_id, Timestamp now) {
    const PersonId& to = caller.id();
    const Language language = policy.language_of(to);
    NoticeFacts facts;
    facts.kind = "test";
    const std::string name = policy.name_of(to), text = notice_text(facts, name, language);
    const json::object message{{"to", to.str()}, {"name", name}, {"language", to_string(language)}, {"text", text}};
    const json::object body{{"kind", "test"},
                            {"to", json::array{json::string(to.str())}},
                            {"daemon", policy.daemon_id},
                            {"time", to_rfc3339(now)},
                            {"messages", json::array{message}}};
    const std::string content = "test\n" + policy.daemon_id + "\n" + request_id + "\n" + to_rfc3339(now);
    return {.id = "msg_" + Digest::of(DigestAlgorithm::sha256, as_bytes(content)).hex().substr(0, 32), .body = json::serialize(body)};
}

Entry entry_about(const Caller& caller, const std::vector<ChannelAnswer>& answers, Timestamp now) {
    json::array list;
    for (const auto& each : answers) list.push_back(json::object{{"channel", each.channel}, {"delivered", each.delivered}, {"answer", each.answer}});
    const json::object fields{{"caller", entry_fields::caller(caller)}, {"channels", std::move(list)}};
    return Entry::make("notices-tested", now, fields);
}

}  // namespace

asio::awaitable<ChannelAnswer> NoticeTrial::try_one(std::string channel, NoticeMessage message) {
    const auto sent = co_await channels_.send(channel, std::move(message));
    co_return ChannelAnswer{std::move(channel), sent.has_value(), sent ? *sent : sent.error().message};
}

asio::awaitable<Result<std::vector<ChannelAnswer>>> NoticeTrial::by(Caller caller, std::string request_id) {
    if (auto may = require_role_for(Act::test_notices, caller); !may) co_return may.error();
    const auto names = channels_.names();
    if (names.empty()) co_return std::vector<ChannelAnswer>();
    const auto message = test_message(*policies_.current(), caller, request_id, clock_.now());
    using Operation = decltype(asio::co_spawn(std::declval<asio::any_io_executor>(), try_one(std::string(), message), asio::deferred));
    const auto executor = co_await asio::this_coro::executor;
    std::vector<Operation> operations;
    for (const auto& name : names) operations.push_back(asio::co_spawn(executor, try_one(name, message), asio::deferred));
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    auto [order, failures, answers] = co_await group.async_wait(asio::experimental::wait_for_all(), asio::use_awaitable);
    for (const auto& failure : failures)
        if (failure) std::rethrow_exception(failure);
    auto entry = entry_about(caller, answers, clock_.now());
    if (auto recorded = co_await record_entry(store_, std::move(entry)); !recorded) co_return recorded.error();
    co_return std::move(answers);
}

}  // namespace seald
