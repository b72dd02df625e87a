#include "daemon/custody/login_book.hpp"

#include "daemon/store/token_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

Result<token_protocol::ExpectedToken> read_expected(Database& database, const TokenName& token) {
    token_protocol::ExpectedToken expected;
    auto identity = tables::find_token(database, token);
    if (!identity) return identity.error();
    if (*identity) {
        expected.serial = (*identity)->serial;
        expected.manufacturer = (*identity)->manufacturer;
        expected.model = (*identity)->model;
    }
    auto key = tables::find_enrolled_key(database, token);
    if (!key) return key.error();
    if (*key) {
        expected.key_id = (*key)->key_id;
        expected.spki = (*key)->spki;
    }
    return expected;
}

Result<LoginFacts> read_facts(Database& database, const TokenName& token) {
    auto expected = read_expected(database, token);
    if (!expected) return expected.error();
    auto refused = tables::refused_pins(database, token);
    if (!refused) return refused.error();
    return LoginFacts{std::move(*expected), std::move(refused->salt), std::move(refused->prints)};
}

Result<void> check_may_by_itself(Database& database, const TokenName& token) {
    auto locked = tables::is_token_locked(database, token);
    if (!locked) return locked.error();
    if (*locked) return conflict("token-locked", "token " + token.str() + " was locked: a custodian must unlock it");
    return {};
}

Result<LoginAttempt> write_attempt(Transaction& transaction, LoginBook::Order order, Timestamp now) {
    auto& database = transaction.database();
    LoginAttempt attempt;
    if (order.by == LoginBook::By::daemon) {
        if (auto may = check_may_by_itself(database, order.token); !may) return may.error();
    } else {
        auto open = tables::is_unlock_attempt_open(database, order.token);
        if (!open) return open.error();
        attempt.was_open = *open;
        if (auto ended = tables::end_unlock_attempt(database, order.token); !ended) return ended.error();
    }
    if (auto begun = tables::begin_unlock_attempt(database, order.token); !begun) return begun.error();
    if (order.pin_changed)
        if (auto forgotten = tables::forget_refused_pins(database, order.token); !forgotten) return forgotten.error();
    auto facts = read_facts(database, order.token);
    if (!facts) return facts.error();
    attempt.facts = std::move(*facts);
    order.fields["token"] = order.token.str();
    if (order.pin_changed) order.fields["pin_changed"] = true;
    // The login is followed by a signature with this key, which is recorded with it, before it is made.
    if (!attempt.facts.expected.key_id.empty()) order.fields["challenge_key"] = encode_hex(attempt.facts.expected.key_id);
    if (auto index = transaction.append(Entry::make("token-unlock-attempt", now, order.fields)); !index) return index.error();
    return attempt;
}

Result<void> write_consequence(Database& database, const TokenName& token, const LoginBook::Consequence& consequence,
                               Timestamp now) {
    using enum LoginBook::Consequence::Attempt;
    if (consequence.attempt == ended)
        if (auto done = tables::end_unlock_attempt(database, token); !done) return done;
    if (consequence.attempt == open)
        if (auto done = tables::leave_unlock_attempt_open(database, token); !done) return done;
    if (consequence.locked)
        if (auto set = tables::set_token_locked(database, token, *consequence.locked); !set) return set;
    for (const auto& print : consequence.refused_pins)
        if (auto kept = tables::remember_refused_pin(database, token, print, now); !kept) return kept;
    return {};
}

}  // namespace

asio::awaitable<Result<LoginAttempt>> LoginBook::begin(Order order) {
    std::function<Result<LoginAttempt>(Transaction&)> work = [order = std::move(order), now = clock_.now()](
                                                                 Transaction& transaction) {
        return write_attempt(transaction, order, now);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<void>> LoginBook::record(std::string kind, TokenName token, json::object fields,
                                                Consequence consequence) {
    fields["token"] = token.str();
    const auto now = clock_.now();
    auto entry = Entry::make(std::move(kind), now, fields);
    std::function<Result<std::uint64_t>(Transaction&)> work =
        [token, now, consequence = std::move(consequence), entry = std::move(entry)](Transaction& transaction) -> Result<std::uint64_t> {
        if (auto done = write_consequence(transaction.database(), token, consequence, now); !done) return done.error();
        return transaction.append(entry);
    };
    auto committed = co_await store_.write(std::move(work), WhenFull::record);
    if (!committed) co_return committed.error();
    co_return Result<void>();
}

asio::awaitable<Result<token_protocol::ExpectedToken>> LoginBook::expected(TokenName token) {
    std::function<Result<token_protocol::ExpectedToken>(Database&)> work = [token](Database& database) {
        return read_expected(database, token);
    };
    co_return co_await store_.read(std::move(work));
}

}  // namespace seald
