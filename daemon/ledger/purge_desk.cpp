#include "daemon/ledger/purge_desk.hpp"

#include <boost/json/object.hpp>

#include "core/encoding.hpp"
#include "daemon/ledger/entry_fields.hpp"
#include "daemon/policy/roles.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

Error nothing_to_purge(const PurgePlan& plan) {
    return conflict("nothing-to-purge", "there is no whole bundle of 256 entries that is old enough" + (plan.held_back.empty() ? "" : "; " + plan.held_back));
}

Result<void> expect_end(const PurgePlan& plan, std::uint64_t end) {
    if (plan.begin == plan.end) return nothing_to_purge(plan);
    if (plan.end == end) return {};
    return conflict("purge-changed", "by now entries " + std::to_string(plan.begin) + " to " + std::to_string(plan.end - 1) + " would go: look again");
}

Error after_some(Error error, std::uint64_t first, std::uint64_t end) {
    if (end > first) error.message = "entries " + std::to_string(first) + " to " + std::to_string(end - 1) + " are removed, the others are not: " + error.message;
    return error;
}

// The first of what is left, planned anew: meanwhile something may have come to need it.
Result<Purged> write_portion(Transaction& transaction, const PurgeWish& wish, std::uint64_t most, json::object fields, Timestamp now) {
    auto& database = transaction.database();
    const auto begin = first_entry(database);
    if (!begin) return begin.error();
    const auto end = std::min(wish.end, *begin + most);
    auto plan = plan_purge(database, wish.before, now, end);
    if (!plan) return plan.error();
    if (auto same = expect_end(*plan, end); !same) return same.error();
    const auto facts = read_purge_facts(database, plan->end);
    if (!facts) return facts.error();
    fields["first"] = plan->begin;
    fields["end"] = plan->end;
    fields["root"] = encode_base64(facts->root);
    fields["before"] = to_rfc3339(wish.before);
    fields["period"] = json::object{{"from", to_rfc3339(*plan->first)}, {"to", to_rfc3339(*plan->last)}};
    if (!wish.export_root.empty()) fields["export"] = json::object{{"size", wish.export_size}, {"root", wish.export_root}};
    fields["seals"] = facts->seals;
    const auto index = transaction.append(Entry::make(std::string(ledger_purged), now, fields));
    if (!index) return index.error();
    auto counts = purge_entries(database, *plan, *index, wish.before);
    if (!counts) return counts.error();
    return Purged{std::move(*plan), *counts, *index};
}

}  // namespace

Result<void> check_kept_years(Timestamp before, Timestamp now, unsigned years) {
    const auto today = std::chrono::floor<std::chrono::days>(now);
    auto limit = std::chrono::year_month_day(today) - std::chrono::years(static_cast<int>(years));
    if (!limit.ok()) limit = limit.year() / std::chrono::February / std::chrono::last;  // the 29th
    const Timestamp latest = std::chrono::sys_days(limit) + (now - today);
    if (before <= latest) return {};
    return refusal("kept-years", "entries are kept for " + std::to_string(years) + " years: at most those before " + to_rfc3339(latest) + " can be purged ([ledger] keep_years)",
                   {"an earlier time"});
}

Result<void> PurgeDesk::check(const Caller& caller, Timestamp before) const {
    if (auto may = require_role_for(Act::purge_ledger, caller); !may) return may;
    return check_kept_years(before, clock_.now(), keep_years_);
}

asio::awaitable<Result<PurgePlan>> PurgeDesk::look(Caller caller, Timestamp before) {
    if (auto may = check(caller, before); !may) co_return may.error();
    std::function<Result<PurgePlan>(Database&)> work = [before, now = clock_.now()](Database& database) { return plan_purge(database, before, now); };
    co_return co_await store_.read(std::move(work));
}

asio::awaitable<Result<Purged>> PurgeDesk::purge(Caller caller, PurgeWish wish) {
    auto whole = co_await look(caller, wish.before);
    if (!whole) co_return whole.error();
    if (auto same = expect_end(*whole, wish.end); !same) co_return same.error();
    json::object fields{{"caller", entry_fields::caller(caller)}, {"reason", wish.reason}};
    Purged all{std::move(*whole), {}, 0};
    for (auto begin = all.plan.begin; begin < wish.end;) {
        std::function<Result<Purged>(Transaction&)> work = [wish, fields, most = most_at_once_, now = clock_.now()](Transaction& transaction) {
            return write_portion(transaction, wish, most, fields, now);
        };
        auto committed = co_await store_.write(std::move(work));
        if (!committed) co_return after_some(committed.error(), all.plan.begin, begin);
        begin = committed->value.plan.end;
        all.index = committed->value.index;
        all.counts += committed->value.counts;
    }
    co_return all;
}

}  // namespace seald
