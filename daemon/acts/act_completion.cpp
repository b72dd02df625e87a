#include "daemon/acts/act_completion.hpp"

#include "core/json.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

Result<StandbyWish> read_wish(const json::object& parameters) {
    ObjectReader in(parameters, "parameters");
    const auto token_text = in.text("token");
    const auto id_text = in.find_text("key_id");
    if (auto done = in.finish(); !done) return done.error();
    auto token = TokenName::decode(token_text);
    if (!token) return token.error();
    StandbyWish wish{std::move(*token), {}};
    if (!id_text) return wish;
    auto id = decode_hex(*id_text);
    if (!id) return id.error();
    wish.key_id = std::move(*id);
    return wish;
}

Result<std::set<TokenName>> read_devices(const json::object& parameters) {
    std::set<TokenName> devices;
    ObjectReader in(parameters, "parameters");
    const auto* list = in.find_array("devices");
    if (auto done = in.finish(); !done) return done.error();
    if (list == nullptr) return devices;
    for (const auto& each : *list) {
        auto token = each.is_string() ? TokenName::decode(std::string_view(each.get_string())) : Result<TokenName>(malformed("\"devices\" must be names of tokens"));
        if (!token) return token.error();
        devices.insert(std::move(*token));
    }
    return devices;
}

}  // namespace

asio::awaitable<Result<ActWish>> ActCompletion::prepare(ActWish wish) {
    if (wish.kind == DualAct::copy_key) {
        auto copy = read_wish(wish.parameters);
        if (!copy) co_return copy.error();
        if (auto possible = co_await standby_.check(wish.seal, std::move(*copy)); !possible) co_return possible.error();
    }
    if (wish.kind == DualAct::destroy) {
        auto devices = read_devices(wish.parameters);
        if (!devices) co_return devices.error();
        auto plan = co_await destruction_.plan(wish.seal, std::move(*devices));
        if (!plan) co_return plan.error();
        wish.parameters = std::move(*plan);
    }
    co_return wish;
}

asio::awaitable<Result<void>> ActCompletion::complete(Caller caller, PendingAct act) {
    if (act.kind == DualAct::cancel && act.state == DualActState::done) {
        std::string why = "seal " + act.seal->str() + " was cancelled: " + act.reason;
        co_await emergency_.withdraw_open(std::move(caller), *act.seal, std::move(why));
        co_return Result<void>();
    }
    if (act.state != DualActState::confirmed) co_return Result<void>();
    if (act.kind == DualAct::destroy) co_return co_await destruction_.carry_out(std::move(caller), std::move(act));
    co_return co_await copy_key(std::move(caller), std::move(act));
}

asio::awaitable<Result<void>> ActCompletion::copy_key(Caller caller, PendingAct act) {
    auto stated = read_statement(act.statement);
    if (!stated) co_return stated.error();
    auto wish = read_wish(stated->parameters);
    if (!wish) co_return wish.error();
    StandbyKeys::Also also = [act, now = clock_.now()](Transaction& transaction) { return write_act_done(transaction, act, now); };
    auto hands = hands_of(act);
    co_return co_await standby_.add(std::move(caller), *act.seal, std::move(*wish), std::move(hands), std::move(also));
}

}  // namespace seald
