#include "daemon/outage.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/ledger/record.hpp"

namespace seald {

namespace asio = boost::asio;

namespace {

constexpr auto pause = std::chrono::seconds(2);

std::string problem_of(const WriterFigures& figures) {
    if (figures.full) return "the disk is full";
    return figures.failing;
}

// The attempt is a record of its own: what writes nothing would not show that the disk takes it.
Entry entry_about(Timestamp since, const std::string& problem, Timestamp now) {
    const boost::json::object fields{{"since", to_rfc3339(since)}, {"reason", problem}};
    return Entry::make("ledger-writable", now, fields);
}

}  // namespace

asio::awaitable<void> end_outages(Store& store, const Clock& clock) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    std::optional<Timestamp> since;
    std::string problem;
    for (;;) {
        timer.expires_after(pause);
        co_await timer.async_wait(asio::use_awaitable);
        const std::string now_wrong = problem_of(store.figures());
        if (now_wrong.empty()) {
            since.reset();
            continue;
        }
        if (!since) {
            since = clock.now();
            problem = now_wrong;
            spdlog::error("the ledger cannot be written: {}", problem);
        }
        auto entry = entry_about(*since, problem, clock.now());
        if (!co_await record_entry(store, std::move(entry))) continue;
        spdlog::info("the ledger can be written again");
        since.reset();
    }
}

}  // namespace seald
