// The version that waits to take over: its certificate, its end without ever being used, and its planned cut-over.
#include <spdlog/spdlog.h>

#include "daemon/ledger/custody_rights.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/seals/rotation.hpp"
#include "daemon/seals/seal_keys.hpp"
#include "daemon/seals/version_entries.hpp"
#include "daemon/store/version_table.hpp"

namespace seald {

namespace json = boost::json;
namespace asio = boost::asio;

asio::awaitable<Result<std::string>> Rotation::request_certificate(Caller caller, SealName name) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    auto pair = co_await find_pair(name);
    if (!pair) co_return pair.error();
    auto token = tokens_.find_ready(pair->waiting.place.token);
    if (!token) co_return token.error();
    const Seal candidate = with_version(pair->seal, pair->waiting);
    auto by = entry_fields::caller(caller);
    if (auto recorded = co_await record_key_use(store_, by, candidate, "certificate request", clock_.now()); !recorded) co_return recorded.error();
    const SubjectFields subject = subject_of(candidate, {});
    co_return co_await sign_request(**token, candidate, subject);
}

asio::awaitable<Result<SealVersion>> Rotation::import_certificate(Caller caller, SealName name, std::string pem) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    auto chain = usable_chain(pem, clock_.now());
    if (!chain) co_return chain.error();
    auto pair = co_await find_pair(name);
    if (!pair) co_return pair.error();
    auto token = tokens_.find_ready(pair->waiting.place.token);
    if (!token) co_return token.error();
    const Seal candidate = with_version(pair->seal, pair->waiting);
    auto by = entry_fields::caller(caller);
    if (auto recorded = co_await record_key_use(store_, by, candidate, "proof of possession", clock_.now()); !recorded) co_return recorded.error();
    if (auto proven = co_await prove_possession(**token, candidate, chain->front()); !proven) co_return proven.error();

    std::function<Result<SealVersion>(Transaction&)> work = [caller, name, number = pair->waiting.number, chain = std::move(*chain),
                                                             now = clock_.now()](Transaction& transaction) -> Result<SealVersion> {
        auto there = read_pair(transaction.database(), name);
        if (!there) return there.error();
        if (there->waiting.number != number) return conflict("seal-changed", "another version of seal " + name.str() + " waits by now: look again");
        there->waiting.certificates = chain;
        if (auto updated = tables::update_waiting_version(transaction.database(), there->waiting); !updated) return updated.error();
        auto fields = version_entries::waiting(entry_fields::caller(caller), there->seal, there->waiting);
        if (auto index = transaction.append(Entry::make("seal-replacement-certified", now, fields)); !index) return index.error();
        return std::move(there->waiting);
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<SealVersion>> Rotation::withdraw(Caller caller, SealName name, std::string reason) {
    if (auto may = co_await require_custody_of(store_, Act::manage_seal, caller, name, clock_.now()); !may) co_return may.error();
    std::function<Result<SealVersion>(Transaction&)> work = [caller, name, reason, now = clock_.now()](Transaction& transaction) -> Result<SealVersion> {
        auto pair = read_pair(transaction.database(), name);
        if (!pair) return pair.error();
        SealVersion& version = pair->waiting;
        version.state = VersionState::withdrawn;
        version.reason = reason;
        version.by = caller.id();
        version.since = now;
        version.planned.reset();
        if (auto updated = tables::update_waiting_version(transaction.database(), version); !updated) return updated.error();
        auto fields = version_entries::waiting(entry_fields::caller(caller), pair->seal, version);
        if (auto index = transaction.append(Entry::make("seal-replacement-withdrawn", now, fields)); !index) return index.error();
        return version;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    co_return std::move(committed->value);
}

asio::awaitable<Result<bool>> Rotation::waits(SealName name) {
    std::function<Result<bool>(Database&)> work = [name](Database& database) -> Result<bool> {
        auto waiting = tables::find_waiting_version(database, name);
        if (!waiting) return waiting.error();
        return waiting->has_value();
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<std::vector<SealVersion>>> Rotation::versions(SealName name) {
    std::function<Result<std::vector<SealVersion>>(Database&)> work = [name](Database& database) { return tables::list_versions(database, name); };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<Seal>> Rotation::find(SealName name, unsigned version) {
    std::function<Result<Seal>(Database&)> work = [name, version](Database& database) -> Result<Seal> {
        auto seal = tables::find_seal_with_version(database, name, version);
        if (!seal) return seal.error();
        if (!*seal) return not_found("there is no version " + std::to_string(version) + " of a seal " + name.str());
        return std::move(**seal);
    };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<void>> Rotation::keep() {
    std::function<Result<std::vector<SealName>>(Database&)> find = [now = clock_.now()](Database& database) { return tables::due_cut_overs(database, now); };
    auto due = co_await store_.read(std::move(find));
    if (!due) co_return due.error();
    for (const auto& name : *due)
        if (auto kept = co_await keep_one(name); !kept) co_return kept.error();
    co_return Result<void>();
}

asio::awaitable<Result<void>> Rotation::keep_one(SealName name) {
    if (const auto wait = not_before_.find(name); wait != not_before_.end() && clock_.now() < wait->second) co_return Result<void>();
    auto pair = co_await find_pair(name);
    if (!pair || !pair->waiting.planned) co_return Result<void>();  // somebody was quicker
    json::object by{{"id", "seald"}, {"kind", "daemon"}};
    Order order{std::move(by), pair->waiting.planned->by};
    not_before_.erase(name);
    auto done = co_await perform(std::move(order), name);
    if (done) co_return Result<void>();
    co_return co_await note_problem(std::move(name), done.error());
}

// Once for each reason, however often it is tried.
asio::awaitable<Result<void>> Rotation::note_problem(SealName name, Error why) {
    std::function<Result<bool>(Transaction&)> work = [name, why, now = clock_.now()](Transaction& transaction) -> Result<bool> {
        auto pair = read_pair(transaction.database(), name);
        if (!pair || !pair->waiting.planned || pair->waiting.planned->problem == why.message) return false;
        pair->waiting.planned->problem = why.message;
        if (auto updated = tables::update_waiting_version(transaction.database(), pair->waiting); !updated) return updated.error();
        json::object by{{"id", "seald"}, {"kind", "daemon"}};
        auto fields = version_entries::waiting(std::move(by), pair->seal, pair->waiting);
        fields["problem"] = why.message;
        if (auto index = transaction.append(Entry::make("seal-cut-over-failed", now, fields)); !index) return index.error();
        return true;
    };
    auto committed = co_await store_.write(std::move(work));
    if (!committed) co_return committed.error();
    if (committed->value) spdlog::error("seal {}: the planned cut-over did not happen, and is tried again: {} [{}]", name.str(), why.message, why.detail);
    co_return Result<void>();
}

}  // namespace seald
