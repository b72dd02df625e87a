#include "daemon/custody/token_desk.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "daemon/custody/token_profile.hpp"
#include "daemon/ledger/custody_rights.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/token_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

json::object by(const Caller& caller) { return {{"caller", entry_fields::caller(caller)}}; }
json::object by_daemon() { return {{"caller", json::object{{"id", "seald"}, {"kind", "daemon"}}}}; }

bool is_outcome_of_login(TokenEvent event) {
    return event == TokenEvent::unlocked || event == TokenEvent::pin_refused || event == TokenEvent::pin_not_sent;
}

bool is_trouble(TokenEvent event) {
    return event == TokenEvent::died || event == TokenEvent::pin_refused || event == TokenEvent::replaced ||
           event == TokenEvent::login_paused;
}

LoginBook::Consequence consequence_of(const TokenNews& news) {
    using enum LoginBook::Consequence::Attempt;
    LoginBook::Consequence consequence;
    if (news.event == TokenEvent::unlocked || news.event == TokenEvent::pin_not_sent) consequence.attempt = ended;
    if (news.event == TokenEvent::pin_refused) consequence.attempt = open;
    if (news.event == TokenEvent::locked) consequence.locked = true;
    if (!news.pin_print.empty()) consequence.refused_pins.push_back(news.pin_print);
    return consequence;
}

// When the process died during the login, nobody knows whether the PIN reached the token: such an attempt stays open. What a
// custodian allowed for a time or a number of uses is not to be had without him after that, not over a restart either.
LoginBook::Consequence consequence_of_unlocking(bool unlocked, bool limited, bool was_open, const std::vector<TokenNews>& news) {
    using enum LoginBook::Consequence::Attempt;
    LoginBook::Consequence consequence;
    const bool unseen = std::ranges::all_of(news, [](const auto& each) { return each.event == TokenEvent::pin_not_sent; });
    if (unlocked || (unseen && !was_open)) consequence.attempt = ended;
    if (unlocked) consequence.locked = limited;
    for (const auto& each : news)
        if (!each.pin_print.empty()) consequence.refused_pins.push_back(each.pin_print);
    return consequence;
}

json::object lease_fields(const LeaseTerms& terms) {
    json::object fields{{"by", terms.by}};
    if (terms.duration) fields["seconds"] = std::chrono::duration_cast<std::chrono::seconds>(*terms.duration).count();
    if (terms.uses) fields["uses"] = *terms.uses;
    return fields;
}

Result<std::optional<json::object>> read_profile(Database& database, const TokenName& name) {
    auto text = tables::find_profile(database, name);
    if (!text) return text.error();
    if (!*text) return std::optional<json::object>();
    return std::optional(json::parse(**text).as_object());
}

}  // namespace

asio::awaitable<Result<void>> TokenDesk::start(TokenSettings settings) {
    const auto name = settings.name;
    auto expected = co_await book_.expected(name);
    if (!expected) co_return expected.error();
    tokens_.start(executor_, std::move(settings), hooks_for(name));
    (*tokens_.find(name))->expect(std::move(*expected));
    co_return Result<void>();
}

TokenHooks TokenDesk::hooks_for(TokenName name) {
    return {.begin_unattended_login = [this, name] { return begin_unattended_login(name); },
            .observe = [this, name](const TokenNews& news) { observe(name, news); }};
}

asio::awaitable<std::optional<LoginFacts>> TokenDesk::begin_unattended_login(TokenName name) {
    LoginBook::Order order{.token = name, .by = LoginBook::By::daemon, .fields = by_daemon()};
    auto begun = co_await book_.begin(std::move(order));
    if (begun) {
        told_.erase(name);
        co_return std::move(begun->facts);
    }
    if (!told_.insert(name).second) co_return std::nullopt;
    if (begun.error().code == ErrorCode::conflict)
        spdlog::error("token {}: no automatic login: {}; sealctl token unlock {}", name.str(), begun.error().message, name.str());
    else
        spdlog::error("token {}: no automatic login, the attempt cannot be recorded: {} [{}]", name.str(), begun.error().message, begun.error().detail);
    co_return std::nullopt;
}

void TokenDesk::observe(const TokenName& name, const TokenNews& news) {
    const auto attended = attended_.find(name);
    if (attended != attended_.end() && is_outcome_of_login(news.event)) {
        attended->second.push_back(news);
        return;
    }
    spdlog::log(is_trouble(news.event) ? spdlog::level::err : spdlog::level::info, "{}", news.words);
    asio::co_spawn(executor_, record_news(name, news), asio::detached);
}

asio::awaitable<void> TokenDesk::record_news(TokenName name, TokenNews news) {
    auto fields = by_daemon();
    fields["event"] = to_string(news.event);
    fields["words"] = news.words;
    auto consequence = consequence_of(news);
    auto recorded = co_await book_.record("token-event", name, std::move(fields), std::move(consequence));
    if (!recorded) spdlog::error("token {}: {} was not recorded: {} [{}]", name.str(), to_string(news.event), recorded.error().message, recorded.error().detail);
}

asio::awaitable<Result<Token*>> TokenDesk::unlock(Caller caller, TokenName name, UnlockWish wish) {
    if (auto may = co_await require_custody_of(store_, Act::use_token_pin, caller, name, clock_.now()); !may) co_return may.error();
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    if (!attended_.try_emplace(name).second) co_return conflict("unlock-in-progress", "token " + name.str() + " is being unlocked right now");
    UnlockOrder order{.sealed_pin = std::move(wish.sealed_pin), .terms = {.by = caller.id().str(), .since = clock_.now()}, .final_try = wish.final_try};
    if (wish.duration) order.terms.duration = *wish.duration;
    order.terms.uses = wish.uses;
    const bool limited = wish.duration || wish.uses;
    auto fields = by(caller);
    fields["lease"] = lease_fields(order.terms);
    if (wish.final_try) fields["final_try"] = true;
    LoginBook::Order attempt{.token = name, .by = LoginBook::By::custodian, .fields = fields, .pin_changed = wish.pin_changed};
    auto begun = co_await book_.begin(std::move(attempt));
    if (!begun) {
        attended_.erase(name);
        co_return begun.error();
    }
    order.facts = std::move(begun->facts);
    auto unlocked = co_await (*token)->unlock(std::move(order));
    const auto news = std::move(attended_.extract(name).mapped());

    fields["result"] = unlocked ? "unlocked" : "failed";
    if (unlocked) fields["token_serial"] = unlocked->serial;
    if (!unlocked) fields["reason"] = unlocked.error().message;
    auto consequence = consequence_of_unlocking(unlocked.has_value(), limited, begun->was_open, news);
    auto recorded = co_await book_.record("token-unlock", name, std::move(fields), std::move(consequence));
    if (!recorded) {
        std::string why = "because its unlocking could not be recorded";  // what cannot be recorded is not done
        co_await (*token)->lock(std::move(why));
        co_return recorded.error();
    }
    if (!unlocked) co_return unlocked.error();
    told_.erase(name);
    co_return *token;
}

asio::awaitable<Result<Token*>> TokenDesk::lock(Caller caller, TokenName name) {
    if (auto may = co_await require_custody_of(store_, Act::use_token_pin, caller, name, clock_.now()); !may) co_return may.error();
    std::string no_reason;
    co_return co_await lock_now(std::move(caller), name, std::move(no_reason));
}

asio::awaitable<Result<Token*>> TokenDesk::lock_for_stop(Caller caller, TokenName name, std::string reason) {
    if (auto may = require_role_for(Act::stop_seal, caller); !may) co_return may.error();
    co_return co_await lock_now(std::move(caller), name, std::move(reason));
}

asio::awaitable<Result<Token*>> TokenDesk::lock_now(Caller caller, TokenName name, std::string reason) {
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    auto fields = by(caller);
    if (!reason.empty()) fields["reason"] = reason;
    if (const auto& lease = (*token)->lease()) fields["was_unlocked"] = lease->words();
    std::string why = "by " + caller.id().str();
    co_await (*token)->lock(std::move(why));  // first the stop, then the paper
    LoginBook::Consequence consequence{.locked = true};
    auto recorded = co_await book_.record("token-lock", name, std::move(fields), std::move(consequence));
    if (!recorded) co_return recorded.error();
    co_return *token;
}

asio::awaitable<Result<std::string>> TokenDesk::pin_key(Caller caller, TokenName name) {
    if (auto may = co_await require_custody_of(store_, Act::use_token_pin, caller, name, clock_.now()); !may) co_return may.error();
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    auto key = co_await (*token)->pin_key();
    if (!key) co_return key.error();
    auto decoded = PublicKey::from_der(key->spki);
    if (!decoded) co_return decoded.error();
    co_return decoded->to_pem();
}

asio::awaitable<Result<json::object>> TokenDesk::probe(Caller caller, TokenName name, std::uint64_t seconds_each, Bytes key_id) {
    if (auto may = co_await require_custody_of(store_, Act::use_token_pin, caller, name, clock_.now()); !may) co_return may.error();
    auto token = tokens_.find_ready(name);
    if (!token) co_return token.error();
    auto fields = by(caller);
    fields["key_id"] = key_id.empty() ? json::value(nullptr) : json::value(encode_hex(key_id));
    LoginBook::Consequence nothing;
    if (auto recorded = co_await book_.record("token-probe", name, fields, nothing); !recorded) co_return recorded.error();
    token_protocol::ProbeRequest request{.seconds = seconds_each, .key_id = std::move(key_id)};
    auto found = co_await (*token)->probe(std::move(request));
    if (!found) co_return found.error();
    auto profile = to_json(*found);
    profile["probed_at"] = to_rfc3339(clock_.now());
    std::function<Result<void>(Transaction&)> work = [name, text = json::serialize(profile)](Transaction& transaction) {
        return tables::keep_profile(transaction.database(), name, text);
    };
    auto kept = co_await store_.write(std::move(work));
    if (!kept) co_return kept.error();
    co_return profile;
}

asio::awaitable<Result<std::optional<json::object>>> TokenDesk::profile(TokenName name) {
    std::function<Result<std::optional<json::object>>(Database&)> work = [name](Database& database) {
        return read_profile(database, name);
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<std::optional<unsigned>> TokenDesk::worthwhile_sessions(TokenName name) {
    auto kept = co_await profile(name);
    if (!kept || !*kept) co_return std::nullopt;
    const auto* sessions = (*kept)->if_contains("worthwhile_sessions");
    if (sessions == nullptr || !sessions->is_int64()) co_return std::nullopt;
    co_return static_cast<unsigned>(std::clamp<std::int64_t>(sessions->get_int64(), 1, 64));
}

}  // namespace seald
