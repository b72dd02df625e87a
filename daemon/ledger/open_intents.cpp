#include "daemon/ledger/open_intents.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/store/approval_table.hpp"
#include "daemon/store/intent_table.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using tables::IntentRow;
using tables::IntentState;

constexpr auto between_tries = std::chrono::seconds(1);

json::object entry_of(const IntentRow& row, IntentState state, std::string_view reason) {
    const Document document{.digest = row.document, .name = row.document_name, .media_type = {}, .size = {}};
    json::object fields{{"result", tables::to_string(state)},
                        {"intent", row.index},
                        {"caller", json::object{{"id", row.caller.str()}}},
                        {"seal", row.seal.str()},
                        {"document", entry_fields::document(document)},
                        {"reason", reason}};
    if (row.application) fields["application"] = row.application->str();
    return fields;
}

Result<void> close(Transaction& transaction, const IntentRow& row, IntentState state, std::string_view reason, Timestamp now) {
    auto index = transaction.append(Entry::make("outcome", now, entry_of(row, state, reason)));
    if (!index) return index.error();
    return tables::finish_intent(transaction.database(), row.index, state, *index, std::nullopt);
}

Result<std::size_t> write_unknown(Transaction& transaction, Timestamp now) {
    auto open = tables::open_intents(transaction.database());
    if (!open) return open.error();
    for (const auto& row : *open) {
        auto closed = close(transaction, row, IntentState::unknown, "the daemon stopped between intent and outcome; no signature was released", now);
        if (!closed) return closed.error();
    }
    return open->size();
}

Result<std::size_t> write_discarded(Transaction& transaction, const std::vector<std::uint64_t>& intents) {
    auto open = tables::open_intents(transaction.database());
    if (!open) return open.error();
    std::size_t closed = 0;
    for (const auto& row : *open) {
        if (std::ranges::find(intents, row.index) == intents.end()) continue;
        auto written = close(transaction, row, IntentState::discarded,
                             "the outcome could not be recorded in time: no signature was released", SystemClock().now());
        if (!written) return written.error();
        if (auto released = tables::release_uses(transaction.database(), row.index); !released) return released.error();
        ++closed;
    }
    return closed;
}

asio::awaitable<void> keep_trying(Store& store, std::vector<std::uint64_t> intents) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        timer.expires_after(between_tries);
        co_await timer.async_wait(asio::use_awaitable);
        std::function<Result<std::size_t>(Transaction&)> work = [intents](Transaction& transaction) { return write_discarded(transaction, intents); };
        auto committed = co_await store.write(std::move(work), WhenFull::record);
        if (committed) co_return;
    }
}

}  // namespace

asio::awaitable<Result<std::size_t>> close_unfinished_intents(Store& store, Timestamp now) {
    std::function<Result<std::size_t>(Transaction&)> work = [now](Transaction& transaction) { return write_unknown(transaction, now); };
    auto committed = co_await store.write(std::move(work), WhenFull::record);
    if (!committed) co_return committed.error();
    co_return committed->value;
}

void close_when_possible(asio::any_io_executor executor, Store& store, std::vector<std::uint64_t> intents) {
    asio::co_spawn(std::move(executor), keep_trying(store, std::move(intents)), asio::detached);
}

}  // namespace seald
