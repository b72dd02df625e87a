#include "daemon/seals/rotation.hpp"

#include <spdlog/spdlog.h>

#include <boost/json/serialize.hpp>

#include "daemon/ledger/custody_rights.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/seals/overtaken_acts.hpp"
#include "daemon/seals/seal_keys.hpp"
#include "daemon/seals/version_entries.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/token_table.hpp"
#include "daemon/store/version_table.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;
using namespace std::chrono_literals;

Error nothing_waits(const SealName& name) {
    return conflict("nothing-waits", "no version of seal " + name.str() + " waits to take over: sealctl seal replace " + name.str() + " makes one");
}

Result<Seal> read_seal(Database& database, const SealName& name) {
    auto seal = tables::find_seal(database, name);
    if (!seal) return seal.error();
    if (!*seal) return not_found("there is no seal " + name.str() + "; sealctl seal list shows those there are");
    return std::move(**seal);
}

tables::TokenIdentity device_of(const Token& token) {
    const auto& info = token.info();
    return {.serial = info.serial, .model = info.model, .manufacturer = info.manufacturer};
}

bool is_same(const SealVersion& one, const SealVersion& other) {
    return one.number == other.number && one.certificates.size() == other.certificates.size() && !one.certificates.empty() &&
           one.certificates.front().fingerprint() == other.certificates.front().fingerprint();
}

SealVersion new_version(const Caller& caller, const Seal& seal, const Replacement& wanted, const Token& token, Bytes key_id, PublicKey key, Timestamp now) {
    SealVersion version{.seal = seal.name,
                        .number = 0,  // given in the transaction
                        .place = {token.name(), token.info().serial, std::move(key_id)},
                        .algorithm = wanted.algorithm.value_or(seal.algorithm),
                        .public_key = std::move(key),
                        .reason = wanted.reason,
                        .by = caller.id(),
                        .since = now};
    if (wanted.at) version.planned = PlannedCutOver{.at = *wanted.at, .by = caller.id()};
    return version;
}

Result<void> check_moment(const SealVersion& version, Timestamp at, Timestamp now) {
    if (at <= now) return malformed("the moment of the cut-over is over: give one that lies ahead, or none to cut over now");
    return version.certificates.empty() ? Result<void>() : check_certified(version, at);
}

}  // namespace

Result<Rotation::Pair> Rotation::read_pair(Database& database, const SealName& name) {
    auto seal = read_seal(database, name);
    if (!seal) return seal.error();
    auto waiting = tables::find_waiting_version(database, name);
    if (!waiting) return waiting.error();
    if (!*waiting) return nothing_waits(name);
    return Pair{std::move(*seal), std::move(**waiting)};
}

asio::awaitable<Result<Rotation::Pair>> Rotation::find_pair(SealName name) {
    std::function<Result<Pair>(Database&)> work = [name](Database& database) { return read_pair(database, name); };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<MadeVersion>> Rotation::replace(Caller caller, Replacement wanted) {
    if (auto may = co_await require_custody_of(store_, Act::make_seal, caller, wanted.name, clock_.now()); !may) co_return may.error();
    if (wanted.at && *wanted.at <= clock_.now()) co_return malformed("field \"at\" must lie ahead");
    auto seal = co_await find(wanted.name, 0);
    if (!seal) co_return seal.error();
    if (auto may = check_replaceable(*seal); !may) co_return may.error();
    auto taken = co_await waits(wanted.name);
    if (!taken) co_return taken.error();
    if (*taken) co_return conflict("version-waiting", "seal " + wanted.name.str() + " has a version that waits already: cut over to it, or withdraw it");
    auto token = tokens_.find_ready(wanted.token.value_or(seal->token));
    if (!token) co_return token.error();
    // The key's use for its own certificate is recorded before the key exists.
    Seal named = *seal;
    named.token = (*token)->name();
    auto by = entry_fields::caller(caller);
    if (auto begun = co_await record_key_use(store_, by, named, "make another key for the seal", clock_.now()); !begun) co_return begun.error();

    const Bytes key_id = new_key_id();
    token_protocol::GenerateRequest generation{wanted.algorithm.value_or(seal->algorithm), wanted.name.str(), key_id, wanted.wrappable};
    auto key = co_await (*token)->generate(std::move(generation));
    if (!key) co_return key.error();
    auto public_key = PublicKey::from_der(key->spki);
    if (!public_key) co_return public_key.error();
    SealVersion version = new_version(caller, *seal, wanted, **token, key_id, std::move(*public_key), clock_.now());
    version.key_attributes = json::serialize(key_attributes(*key));
    const Seal candidate = with_version(*seal, version);
    const SubjectFields subject = subject_of(*seal, wanted.common_name);
    std::optional<std::string> csr;
    if (wanted.self_signed_days) {
        auto certificate = co_await self_sign(**token, candidate, subject, clock_.now(), *wanted.self_signed_days);
        if (!certificate) co_return certificate.error();
        version.certificates.push_back(std::move(*certificate));
        if (wanted.at)
            if (auto valid = check_certified(version, *wanted.at); !valid) co_return valid.error();
    } else {
        auto request = co_await sign_request(**token, candidate, subject);
        if (!request) co_return request.error();
        csr = std::move(*request);
    }
    auto entered = co_await enter(std::move(caller), std::move(*seal), std::move(version));
    if (!entered) co_return entered.error();
    co_return MadeVersion{std::move(*entered), std::move(csr), std::move(*key)};
}

asio::awaitable<Result<SealVersion>> Rotation::enter(Caller caller, Seal seal, SealVersion version) {
    auto token = tokens_.find(version.place.token);
    if (!token) co_return token.error();
    std::function<Result<SealVersion>(Transaction&)> work = [caller, name = seal.name, version, device = device_of(**token),
                                                             now = clock_.now()](Transaction& transaction) -> Result<SealVersion> {
        auto& database = transaction.database();
        auto seal_now = read_seal(database, name);
        if (!seal_now) return seal_now.error();
        if (auto may = check_replaceable(*seal_now); !may) return may.error();
        if (auto same = tables::remember_token(database, version.place.token, device); !same) return same.error();
        SealVersion numbered = version;
        auto number = tables::next_version_number(database, *seal_now);
        if (!number) return number.error();
        numbered.number = *number;
        if (auto inserted = tables::insert_version(database, numbered); !inserted) return inserted.error();
        auto index = transaction.append(Entry::make("seal-replacement", now, version_entries::waiting(entry_fields::caller(caller), *seal_now, numbered)));
        if (!index) return index.error();
        return numbered;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

// Before it takes over, the key shows that it can sign for its certificate.
asio::awaitable<Result<void>> Rotation::prove(Order order, Pair pair) {
    if (auto may = check_replaceable(pair.seal); !may) co_return may.error();
    if (auto certified = check_certified(pair.waiting, clock_.now()); !certified) co_return certified.error();
    auto token = tokens_.find_ready(pair.waiting.place.token);
    if (!token) co_return token.error();
    const Seal candidate = with_version(pair.seal, pair.waiting);
    if (auto recorded = co_await record_key_use(store_, order.caller, candidate, "proof before the cut-over", clock_.now()); !recorded)
        co_return recorded.error();
    auto proven = co_await prove_possession(**token, candidate, pair.waiting.certificates.front());
    if (!proven) not_before_[candidate.name] = clock_.now() + (proven.error().code == ErrorCode::unavailable ? 1min : 10min);
    co_return proven;
}

asio::awaitable<Result<Seal>> Rotation::perform(Order order, SealName name) {
    auto pair = co_await find_pair(name);
    if (!pair) co_return pair.error();
    if (auto proven = co_await prove(order, *pair); !proven) co_return proven.error();
    std::function<Result<Seal>(Transaction&)> work = [order, name, proven = pair->waiting, now = clock_.now()](Transaction& transaction) -> Result<Seal> {
        auto& database = transaction.database();
        auto now_there = read_pair(database, name);
        if (!now_there) return now_there.error();
        if (!is_same(now_there->waiting, proven)) return conflict("seal-changed", "another version of seal " + name.str() + " waits by now: look again");
        if (auto may = check_replaceable(now_there->seal); !may) return may.error();
        if (auto done = tables::cut_over(database, now_there->seal, now_there->waiting, order.by, now); !done) return done.error();
        auto index = transaction.append(Entry::make("seal-cut-over", now, version_entries::cut_over(order.caller, now_there->seal, now_there->waiting)));
        if (!index) return index.error();
        // What was asked for of the seal with its old key is not done to another.
        const std::string why = "version " + std::to_string(now_there->waiting.number) + " of seal " + name.str() + ", with another key, took over";
        if (auto over = end_overtaken_acts(transaction, name, why, now); !over) return over.error();
        return read_seal(database, name);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    expect(committed->value);
    spdlog::warn("seal {}: version {} is in use now, with the certificate {}", name.str(), committed->value.version, committed->value.certificate->serial_hex());
    co_return std::move(committed->value);
}

// From now on another device in the token's place is refused.
void Rotation::expect(const Seal& seal) {
    auto token = tokens_.find(seal.token);
    if (!token) return;
    const auto& info = (*token)->info();
    (*token)->expect({seal.token_serial, info.manufacturer, info.model, seal.key_id, seal.public_key.to_der()});
}

asio::awaitable<Result<Seal>> Rotation::cut_over(Caller caller, SealName name) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    Order order{entry_fields::caller(caller), caller.id()};
    co_return co_await perform(std::move(order), std::move(name));
}

asio::awaitable<Result<SealVersion>> Rotation::plan_cut_over(Caller caller, SealName name, Timestamp at) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    std::function<Result<SealVersion>(Transaction&)> work = [caller, name, at, now = clock_.now()](Transaction& transaction) -> Result<SealVersion> {
        auto pair = read_pair(transaction.database(), name);
        if (!pair) return pair.error();
        if (auto may = check_replaceable(pair->seal); !may) return may.error();
        if (auto sensible = check_moment(pair->waiting, at, now); !sensible) return sensible.error();
        pair->waiting.planned = PlannedCutOver{.at = at, .by = caller.id()};
        if (auto updated = tables::update_waiting_version(transaction.database(), pair->waiting); !updated) return updated.error();
        auto fields = version_entries::waiting(entry_fields::caller(caller), pair->seal, pair->waiting);
        if (auto index = transaction.append(Entry::make("seal-cut-over-planned", now, fields)); !index) return index.error();
        return std::move(pair->waiting);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

}  // namespace seald
