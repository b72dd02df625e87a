#include "daemon/custody/reconciliation.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/version_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
using Verdict = SignatureCount::Verdict;

constexpr std::uint64_t entries_at_once = 4096;  // a few milliseconds of the thread that reads for all
constexpr std::chrono::milliseconds patience{60'000};
constexpr std::chrono::hours while_used{1}, while_idle{24};

// Those that were replaced or given up, too: they are still on the token.
Result<std::vector<std::pair<CountedKey, std::string>>> keys_on(Database& database, const TokenName& token) {
    std::vector<std::pair<CountedKey, std::string>> keys;
    const auto add = [&](const Seal& seal, unsigned version, const KeyPlace& place) {
        if (place.token == token) keys.push_back({CountedKey{seal.name, version, place.token, place.key_id}, place.token_serial});
    };
    auto seals = tables::list_seals(database);
    if (!seals) return seals.error();
    for (const auto& seal : *seals) {
        if (seal.state == SealState::destroyed) continue;
        for (const auto& place : seal.places()) add(seal, seal.version, place);
        auto versions = tables::list_versions(database, seal.name);
        if (!versions) return versions.error();
        for (const auto& version : *versions) add(seal, version.number, version.place);
    }
    return keys;
}

struct Begin {
    std::optional<StoredSignatureCount> earlier;  // what is counted from
    Timestamp recorded{};                         // when the last count was
    std::uint64_t size = 0;  // of the ledger
    std::uint64_t from = 0;
};

// What to count from: the last count, but for one while something was under way: what that one counts from is better, unless it is a day old.
Result<std::optional<StoredSignatureCount>> find_earlier(Database& database, const std::optional<StoredSignatureCount>& last) {
    if (!last || last->count.settled() || last->count.verdict != Verdict::agrees) return last;
    auto entry = find_entry(database, last->count.since->index);
    if (!entry || last->time - entry->entry.time > while_idle) return last;
    auto count = decode_signature_count(entry->entry);
    if (!count) return count.error();
    return std::optional(StoredSignatureCount{entry->index, entry->entry.time, std::move(*count)});
}

Result<std::uint64_t> ledger_size(Database& database) {
    const auto checkpoint = latest_checkpoint(database);
    if (!checkpoint) return checkpoint.error();
    return checkpoint->size;
}

Result<Begin> find_begin(Database& database, const CountedKey& key, Timestamp now) {
    auto last = latest_signature_count(database, key);
    if (!last) return last.error();
    auto earlier = find_earlier(database, *last);
    if (!earlier) return earlier.error();
    auto size = ledger_size(database);
    if (!size) return size.error();
    auto from = oldest_under_way(database, key.seal, *size, now);
    if (!from) return from.error();
    return Begin{std::move(*earlier), *last ? (*last)->time : Timestamp(), *size, *from};
}

std::string words_of(const SignatureCount& count) {
    const std::string what = "token " + count.key.token.str() + " counts " + std::to_string(count.count) + " signatures with the key of seal " + count.key.seal.str() +
                             " (version " + std::to_string(count.key.version) + ")";
    if (!count.since) return what;
    const std::string uses = std::to_string(count.at_least) + (count.at_least == count.at_most ? "" : " to " + std::to_string(count.at_most));
    return what + ", and counted " + std::to_string(count.since->count) + " at entry " + std::to_string(count.since->index) + "; the ledger knows of " + uses + " uses since";
}

}  // namespace

std::uint64_t Reconciliation::differences(const TokenName& token) const {
    const auto found = differences_.find(token);
    return found == differences_.end() ? 0 : found->second;
}

asio::awaitable<Result<void>> Reconciliation::keep() {
    std::optional<Error> failed;
    AskedBy nobody;
    for (const auto& token : tokens_.all()) {
        const auto name = token->name();
        if (!token->counts_signatures() || !tokens_.find_ready(name)) continue;
        auto counts = co_await look_at(name, nobody);
        if (counts) silent_.erase(name);
        else if (silent_.insert(name).second) failed = counts.error();
    }
    if (failed) co_return *failed;
    co_return Result<void>();
}

asio::awaitable<Result<std::vector<StoredSignatureCount>>> Reconciliation::reconcile(Caller caller, TokenName name) {
    if (auto may = require_role_for(Act::reconcile_token, caller); !may) co_return may.error();
    auto token = tokens_.find_ready(name);
    if (!token) co_return token.error();
    if (!(*token)->counts_signatures())
        co_return conflict("signature-counter", "token " + name.str() + " is not said to count signatures: see signature_counter in the configuration");
    AskedBy by = entry_fields::caller(caller);
    co_return co_await look_at(std::move(name), std::move(by));
}

asio::awaitable<Result<std::vector<StoredSignatureCount>>> Reconciliation::look_at(TokenName name, AskedBy by) {
    const auto turn = co_await turns_.take(patience);
    if (!turn) co_return unavailable("token " + name.str() + " is being reconciled already", true);
    auto token = tokens_.find(name);
    if (!token) co_return token.error();
    std::function<Result<std::vector<std::pair<CountedKey, std::string>>>(Database&)> find = [name](Database& database) { return keys_on(database, name); };
    auto keys = co_await store_.read(std::move(find));
    if (!keys) co_return keys.error();
    std::vector<StoredSignatureCount> counts;
    std::optional<Error> failed;
    for (auto& [key, serial] : *keys) {
        auto count = co_await look_at_key(**token, key, serial, by);
        if (count) counts.push_back(std::move(*count));
        else if (!failed) failed = count.error();  // a key that is gone keeps none of the others from being looked at
    }
    if (failed) co_return *failed;
    co_return counts;
}

asio::awaitable<Result<StoredSignatureCount>> Reconciliation::look_at_key(Token& token, CountedKey key, std::string serial, AskedBy by) {
    std::function<Result<Begin>(Database&)> find = [key, now = clock_.now()](Database& database) { return find_begin(database, key, now); };
    auto begin = co_await store_.read(std::move(find));
    if (!begin) co_return begin.error();
    auto counted = co_await token.count_signatures(key.key_id);
    if (!counted) co_return counted.error();
    std::function<Result<std::uint64_t>(Database&)> measure = ledger_size;
    auto size = co_await store_.read(std::move(measure));
    if (!size) co_return size.error();

    SignatureCount count{.key = std::move(key), .token_serial = std::move(serial), .count = *counted, .read = {begin->size, *size}, .from = begin->from, .since = {}};
    if (!begin->earlier) co_return co_await write(std::move(count), std::move(by));
    auto tally = co_await tally_up_to(*begin->earlier, count.read);
    if (!tally) co_return tally.error();
    judge(count, {begin->earlier->index, begin->earlier->count.count}, *tally);
    const auto age = clock_.now() - begin->recorded;
    const bool due = count.verdict == Verdict::differs || age >= while_idle || (count.at_most > 0 && age >= while_used);
    if (due || by) co_return co_await write(std::move(count), std::move(by));
    co_return StoredSignatureCount{begin->earlier->index, begin->earlier->time, std::move(count)};
}

// What was tallied at the last look is kept: a busy key has thousands of entries an hour.
asio::awaitable<Result<UseTally>> Reconciliation::tally_up_to(StoredSignatureCount earlier, ReadBetween now) {
    const auto& key = earlier.count.key;
    const std::pair place{key.token, key.key_id};
    auto running = running_.find(place);
    if (running == running_.end() || running->second.since != earlier.index)
        running = running_.insert_or_assign(place, Running{earlier.index, earlier.count.from, UseTally(key, earlier.count.read)}).first;
    Running& so_far = running->second;
    UseTally up_to_now = so_far.tally;
    for (auto from = so_far.counted_to; from < now.answered;) {
        const bool meanwhile = from >= now.asked;
        const auto to = std::min(from + entries_at_once, meanwhile ? now.answered : now.asked);
        std::function<Result<std::vector<StoredEntry>>(Database&)> find = [seal = key.seal, from, to](Database& database) { return entries_to_tally(database, seal, from, to); };
        auto entries = co_await store_.read(std::move(find));
        if (!entries) co_return entries.error();
        for (const auto& entry : *entries)
            if (auto added = meanwhile ? up_to_now.add_meanwhile(entry) : so_far.tally.add(entry); !added) co_return added.error();
        from = to;
        if (meanwhile) continue;
        so_far.counted_to = to;
        up_to_now = so_far.tally;
    }
    co_return up_to_now;
}

asio::awaitable<Result<StoredSignatureCount>> Reconciliation::write(SignatureCount count, AskedBy by) {
    if (count.verdict == Verdict::differs) {
        ++differences_[count.key.token];
        spdlog::critical("{}: either somebody uses the key elsewhere, or this is not the ledger or the device that it was", words_of(count));
    }
    const auto now = clock_.now();
    auto fields = to_fields(count);
    if (by) fields["caller"] = std::move(*by);
    auto entry = Entry::make(std::string(signature_count_kind), now, fields);
    // While the disk is full agreement can wait: the space that is left is for what cannot.
    const auto when_full = count.verdict == Verdict::differs ? WhenFull::record : WhenFull::refuse;
    auto index = co_await record_entry(store_, std::move(entry), when_full);
    if (!index) co_return index.error();
    co_return StoredSignatureCount{*index, now, std::move(count)};
}

}  // namespace seald
