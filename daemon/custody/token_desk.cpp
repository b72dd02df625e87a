#include "daemon/custody/token_desk.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/token_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

json::object by(const Caller& caller) { return {{"caller", entry_fields::caller(caller)}}; }
json::object by_daemon() { return {{"caller", json::object{{"id", "seald"}, {"kind", "daemon"}}}}; }

}  // namespace

TokenHooks TokenDesk::hooks_for(TokenName name) {
    return {.may_try_unattended_pin = [this, name] { return may_try_unattended_pin(name); },
            .observe = [this, name](TokenEvent event, const std::string& words) { observe(name, event, words); }};
}

asio::awaitable<Result<void>> TokenDesk::begin_attempt(TokenName name, json::object fields, By who) {
    fields["token"] = name.str();
    auto entry = Entry::make("token-unlock-attempt", clock_.now(), fields);
    std::function<Result<std::uint64_t>(Transaction&)> work = [name, who, entry = std::move(entry)](Transaction& transaction) -> Result<std::uint64_t> {
        if (who == By::custodian)
            if (auto ended = tables::end_unlock_attempt(transaction.database(), name); !ended) return ended.error();
        if (auto begun = tables::begin_unlock_attempt(transaction.database(), name); !begun) return begun.error();
        return transaction.append(entry);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

asio::awaitable<Result<void>> TokenDesk::record(std::string kind, TokenName name, json::object fields, bool attempt_ended) {
    fields["token"] = name.str();
    auto entry = Entry::make(std::move(kind), clock_.now(), fields);
    std::function<Result<std::uint64_t>(Transaction&)> work = [name, attempt_ended, entry = std::move(entry)](Transaction& transaction) -> Result<std::uint64_t> {
        if (attempt_ended)
            if (auto ended = tables::end_unlock_attempt(transaction.database(), name); !ended) return ended.error();
        return transaction.append(entry);
    };
    auto committed = co_await store_.write(std::move(work), WhenFull::record);
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

asio::awaitable<bool> TokenDesk::may_try_unattended_pin(TokenName name) {
    auto fields = by_daemon();
    auto begun = co_await begin_attempt(name, std::move(fields), By::daemon);
    if (begun) co_return true;
    if (!told_.insert(name).second) co_return false;
    if (begun.error().rule == "unlock-attempt-open")
        spdlog::error("token {}: an earlier login did not succeed, so the configured PIN is not sent without a person: check it, then sealctl token unlock {}",
                      name.str(), name.str());
    else
        spdlog::error("token {}: no automatic login, the attempt cannot be recorded: {} [{}]", name.str(), begun.error().message, begun.error().detail);
    co_return false;
}

void TokenDesk::observe(const TokenName& name, TokenEvent event, const std::string& words) {
    const bool outcome = event == TokenEvent::unlocked || event == TokenEvent::pin_refused;
    if (outcome && attended_.contains(name)) return;
    spdlog::log(event == TokenEvent::died || event == TokenEvent::pin_refused ? spdlog::level::err : spdlog::level::info, "{}", words);
    asio::co_spawn(executor_, record_event(name, event, words), asio::detached);
}

asio::awaitable<void> TokenDesk::record_event(TokenName name, TokenEvent event, std::string words) {
    auto fields = by_daemon();
    fields["event"] = to_string(event);
    fields["words"] = words;
    auto recorded = co_await record("token-event", name, std::move(fields), event == TokenEvent::unlocked);
    if (!recorded) spdlog::error("token {}: {} was not recorded: {} [{}]", name.str(), to_string(event), recorded.error().message, recorded.error().detail);
}

asio::awaitable<Result<Token*>> TokenDesk::unlock(Caller caller, TokenName name, Bytes sealed_pin) {
    if (auto may = require_role_for(Act::use_token_pin, caller); !may) co_return may.error();
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    if (!attended_.insert(name).second) co_return conflict("unlock-in-progress", "token " + name.str() + " is being unlocked right now");
    auto fields = by(caller);
    auto begun = co_await begin_attempt(name, fields, By::custodian);
    if (!begun) {
        attended_.erase(name);
        co_return begun.error();
    }
    auto unlocked = co_await (*token)->unlock(std::move(sealed_pin));
    attended_.erase(name);

    fields["result"] = unlocked ? "unlocked" : "failed";
    if (unlocked) fields["token_serial"] = unlocked->serial;
    if (!unlocked) fields["reason"] = unlocked.error().message;
    // Only success ends an attempt: when the process died during the login, nobody knows whether the PIN reached the token.
    auto recorded = co_await record("token-unlock", name, std::move(fields), unlocked.has_value());
    if (!recorded) {
        co_await (*token)->lock();  // what cannot be recorded is not done
        co_return recorded.error();
    }
    if (!unlocked) co_return unlocked.error();
    told_.erase(name);
    co_return *token;
}

asio::awaitable<Result<Token*>> TokenDesk::lock(Caller caller, TokenName name) {
    if (auto may = require_role_for(Act::use_token_pin, caller); !may) co_return may.error();
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    co_await (*token)->lock();  // first the stop, then the paper
    auto fields = by(caller);
    auto recorded = co_await record("token-lock", name, std::move(fields), false);
    if (!recorded) co_return recorded.error();
    co_return *token;
}

asio::awaitable<Result<std::string>> TokenDesk::pin_key(Caller caller, TokenName name) {
    if (auto may = require_role_for(Act::use_token_pin, caller); !may) co_return may.error();
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    auto key = co_await (*token)->pin_key();
    if (!key) co_return key.error();
    auto decoded = PublicKey::from_der(key->spki);
    if (!decoded) co_return decoded.error();
    co_return decoded->to_pem();
}

}  // namespace seald
