#include <boost/json/array.hpp>

#include "core/checkpoint.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/api/routes.hpp"
#include "daemon/api/views.hpp"
#include "daemon/sealing/fail_over.hpp"
#include "daemon/store/entry_search.hpp"
#include "daemon/version.hpp"

namespace seald {
namespace {

namespace json = boost::json;
namespace asio = boost::asio;

// A seal is ready when it may sign and its token can.
Result<void> check_seal(const Seal& seal, Tokens& tokens, Timestamp now) {
    if (auto usable = check_in_force(seal, now); !usable) return usable.error();
    if (auto place = find_ready_place(tokens, seal); !place) return place.error();
    return {};
}

asio::awaitable<Result<HttpResponse>> show_caller(StatusServices services, Call call) {
    auto acts = co_await services.acts.list(call.caller, ActFilter::waiting_for_me, 1000);
    if (!acts) co_return acts.error();
    auto body = views::caller(call.caller, *services.policies.current());
    body["acts_waiting_for_me"] = acts->size();
    co_return json_response(body);
}

json::object view_of(const WitnessState& state) {
    return {{"name", state.name},
            {"url", state.url},
            {"size", state.size},
            {"cosigned_at", state.cosigned_at ? json::value(to_rfc3339(*state.cosigned_at)) : json::value(nullptr)},
            {"problem", state.problem.empty() ? json::value(nullptr) : json::value(state.problem)}};
}

asio::awaitable<Result<json::object>> ledger_at_a_glance(Store& store, const Witnessing& witnessing) {
    std::function<Result<StoredCheckpoint>(Database&)> work = [](Database& database) { return latest_checkpoint(database); };
    auto latest = co_await store.read(std::move(work));
    if (!latest) co_return latest.error();
    json::array copies;
    for (const auto& copy : store.copies())
        copies.push_back(json::object{{"file", copy.file.string()},
                                      {"size", copy.size ? json::value(*copy.size) : json::value(nullptr)},
                                      {"problem", copy.problem.empty() ? json::value(nullptr) : json::value(copy.problem)}});
    json::array witnesses;
    for (const auto& state : witnessing.states()) witnesses.push_back(view_of(state));
    co_return json::object{{"size", latest->size},
                           {"checkpoint_copies", std::move(copies)},
                           {"witnesses", std::move(witnesses)},
                           {"witness_quorum", witnessing.settings().quorum}};
}

json::value time_or_null(const std::optional<Timestamp>& time) { return time ? json::value(to_rfc3339(*time)) : json::value(nullptr); }

Result<std::optional<Timestamp>> time_of_last(Database& database, const char* kind, std::optional<std::string> result) {
    EntryFilter filter;
    filter.kind = kind;
    filter.result = std::move(result);
    filter.newest_first = true;
    filter.limit = 1;
    const auto found = list_entries(database, filter);
    if (!found) return found.error();
    if (found->empty()) return std::optional<Timestamp>();
    return std::optional(found->front().entry.time);
}

// Of any backup, and of the last practice that went well.
Result<json::object> last_backups(Database& database) {
    const auto made = time_of_last(database, "backup-created", std::nullopt);
    if (!made) return made.error();
    const auto drilled = time_of_last(database, "backup-drill", "ok");
    if (!drilled) return drilled.error();
    return json::object{{"last", time_or_null(*made)}, {"last_drill", time_or_null(*drilled)}};
}

asio::awaitable<Result<json::object>> backups_at_a_glance(StatusServices services) {
    std::function<Result<json::object>(Database&)> work = last_backups;
    auto backup = co_await services.store.read(std::move(work));
    if (!backup) co_return backup.error();
    const auto standing = services.backups.standing();
    (*backup)["schedule"] = nullptr;
    if (standing.schedule)
        (*backup)["schedule"] = json::object{{"every_seconds", standing.schedule->every.count()},
                                             {"directory", standing.schedule->directory.string()},
                                             {"overdue_seconds", standing.overdue.count()},
                                             {"problem", standing.problem.empty() ? json::value(nullptr) : json::value(standing.problem)}};
    co_return backup;
}

asio::awaitable<Result<HttpResponse>> status(StatusServices services, std::string started_at, Call call) {
    auto seals = co_await services.seals.list();
    if (!seals) co_return seals.error();
    auto waiting = co_await services.desk.list(call.caller, ApplicationFilter::waiting_for_me, 1000);
    if (!waiting) co_return waiting.error();
    auto acts = co_await services.acts.list(call.caller, ActFilter::waiting_for_me, 1000);
    if (!acts) co_return acts.error();
    auto ledger = co_await ledger_at_a_glance(services.store, services.witnessing);
    if (!ledger) co_return ledger.error();
    auto backup = co_await backups_at_a_glance(services);
    if (!backup) co_return backup.error();
    json::array token_list;
    for (const auto& token : services.tokens.all()) token_list.push_back(views::token(*token));
    json::array seal_list;
    for (const auto& seal : *seals) seal_list.push_back(views::seal(seal, check_seal(seal, services.tokens, services.clock.now())));
    json::object body{{"daemon", json::object{{"id", services.policies.current()->daemon_id}, {"version", version}, {"started_at", started_at}}},
                      {"tokens", std::move(token_list)},
                      {"seals", std::move(seal_list)},
                      {"ledger", std::move(*ledger)},
                      {"backup", std::move(*backup)},
                      {"waiting_for_me", waiting->size()},
                      {"acts_waiting_for_me", acts->size()}};
    co_return json_response(body);
}

}  // namespace

void add_status_routes(Router& router, StatusServices services) {
    router.add("GET", "/v1/whoami", [services](Call call) { return show_caller(services, std::move(call)); });
    router.add("GET", "/v1/status", [services, started_at = to_rfc3339(services.clock.now())](Call call) {
        return status(services, started_at, std::move(call));
    });
}

}  // namespace seald
