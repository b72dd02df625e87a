#include "client/commands/ledger_purge.hpp"

#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/ledger_cover.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

constexpr std::chrono::hours removing{2};  // years of entries go, portion by portion

struct PurgeOptions {
    std::string before, reason, ledger_key;
    std::vector<std::string> exports;
    bool dry_run = false;
};

struct Plan {
    boost::json::value answer;
    EntryRange range;
    std::string words;
};

Result<Plan> fetch_plan(const ApiClient& api, const std::string& before) {
    auto answer = api.get("/v1/ledger/purge?before=" + before);
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const EntryRange range{static_cast<std::uint64_t>(in.integer("first")), static_cast<std::uint64_t>(in.integer("end"))};
    const auto held_back = in.find_text("held_back"), from = in.find_text("from"), to = in.find_text("to");
    if (auto understood = in.finish(); !understood) return understood.error();
    std::string words = range.first == range.end ? "nothing would be removed: there is no whole bundle of 256 entries that is old enough\n"
                                                 : std::to_string(range.end - range.first) + " entries would be removed: " + std::to_string(range.first) + " to " +
                                                       std::to_string(range.end - 1) + ", from " + from + " to " + to + "\n";
    if (!held_back.empty()) words += held_back + "\n";
    return Plan{std::move(*answer), range, std::move(words)};
}

Result<LedgerKey> find_key(const ApiClient& api, const std::string& given) {
    auto own = find_own_ledger_key(given);
    if (!own) return own.error();
    return *own ? follow_daemons_changes(api, **own) : fetch_ledger_key(api);
}

Result<Report> remove(const ApiClient& api, const PurgeOptions& options, const Plan& plan, const std::string& before) {
    const auto key = find_key(api, options.ledger_key);
    if (!key) return key.error();
    std::vector<std::filesystem::path> exports(options.exports.begin(), options.exports.end());
    const auto covered = check_exports_cover(exports, plan.range, *key);
    if (!covered) return covered.error();
    const boost::json::object exported{{"size", covered->size}, {"root", encode_base64(covered->root)}};
    const auto answer = api.with_time_limit(removing).post("/v1/ledger/purge", boost::json::object{{"before", before}, {"end", plan.range.end}, {"reason", options.reason}, {"export", exported}});
    if (!answer) return answer.error();
    Table table;
    for (const char* what : {"entries", "fields", "applications", "approvals", "documents"}) table.row({what, shown_field(*answer, std::string("removed.") + what)});
    return Report{*answer, "removed, as entry " + shown_field(*answer, "index") + " says:\n" + table.str() + "The files of removed documents go at the next start of seald.\n"};
}

Result<Report> run_purge(const Invocation& invocation, const PurgeOptions& options) {
    const auto day = decode_day_or_time(options.before, DayMeans::beginning);
    if (!day) return day.error();
    const auto before = to_rfc3339(*day);
    if (!options.dry_run && options.reason.empty()) return malformed("--reason TEXT is missing; or --dry-run, which only says what would be removed");
    const auto api = invocation.connect();
    if (!api) return api.error();
    auto plan = fetch_plan(*api, before);
    if (!plan) return plan.error();
    if (options.dry_run || plan->range.first == plan->range.end) return Report{plan->answer, plan->words};
    return remove(*api, options, *plan, before);
}

}  // namespace

void add_ledger_purge(CLI::App& group, Invocation& invocation) {
    const auto options = std::make_shared<PurgeOptions>();
    CLI::App& purge = add_command(group, "purge",
                                  {"Remove entries that are older than [ledger] keep_years keeps them, for good: whole bundles of 256 from the beginning, with what was\n"
                                   "kept for them; nothing that is still needed. Their hashes stay, so that all proofs verify; who purged what is an entry. What goes\n"
                                   "must be in exports, which are verified first.",
                                   "administrators.",
                                   "sealctl ledger purge --before 2021-01-01 --dry-run\n"
                                   "         sealctl ledger export --to 2020-12-31 old && sealctl ledger purge --before 2021-01-01 --export old --reason 'kept long enough'"});
    purge.add_option("--before", options->before, "only entries from before this day or time")->required();
    purge.add_option("--reason", options->reason, "why; into the ledger");
    purge.add_option("--export", options->exports, "a folder of `ledger export` that holds what goes; may be repeated")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    purge.add_option("--ledger-key", options->ledger_key, "what the exports are verified with; ~/.config/seald/ledger.vkey unless given");
    purge.add_flag("--dry-run", options->dry_run, "only say how many entries, of which period, and what holds others back");
    choose(purge, invocation, options, run_purge);
}

}  // namespace seald
