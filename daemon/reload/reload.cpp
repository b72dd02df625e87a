#include "daemon/reload/reload.hpp"

#include <algorithm>
#include <set>

#include "daemon/ledger/entry_fields.hpp"
#include "daemon/ledger/record.hpp"
#include "daemon/policy/roles.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t mistakes_told = 20;

Error bad_configuration(const std::vector<ConfigurationMistake>& mistakes) {
    Error error = unacceptable(std::to_string(mistakes.size()) + (mistakes.size() == 1 ? " mistake" : " mistakes") +
                               " in the configuration: nothing was changed");
    error.rule = "configuration-mistakes";
    for (const auto& mistake : mistakes)
        if (error.missing.size() < mistakes_told) error.missing.push_back(mistake.where + ": " + mistake.problem);
    return error;
}

// Token processes are kept from these files, and from what they are kept is settled when they start.
std::set<std::string> secret_files(const Configuration& configuration) {
    std::set<std::string> files;
    if (!configuration.policy.notices) return files;
    for (const auto& webhook : configuration.policy.notices->webhooks)
        if (!webhook.secret.credential) files.insert(webhook.secret.argument);
    return files;
}

// Ledger, state, sockets, tokens and the form of the log are what the running process stands on.
Result<void> check_unchanged(const Configuration& running, const Configuration& loaded) {
    std::string changed;
    const auto compare = [&changed](bool same, const char* what) {
        if (!same) changed += (changed.empty() ? "" : ", ") + std::string(what);
    };
    compare(running.policy.daemon_id == loaded.policy.daemon_id, "daemon.id");
    compare(running.state_dir == loaded.state_dir, "daemon.state_dir");
    compare(running.socket == loaded.socket, "listen.unix.path");
    compare(running.tls == loaded.tls, "listen.tls");
    compare(running.tokens == loaded.tokens, "token");
    compare(running.checkpoint_copies == loaded.checkpoint_copies, "ledger.checkpoint_copies");
    compare(running.keep_years == loaded.keep_years, "ledger.keep_years");
    compare(running.witnesses == loaded.witnesses, "ledger.witness");
    compare(std::ranges::includes(secret_files(running), secret_files(loaded)), "a file of notify.webhook.secret");
    compare(running.backup == loaded.backup, "backup");
    compare(running.log_format == loaded.log_format, "log.format");
    if (changed.empty()) return {};
    Error error = conflict("restart-needed", changed + " changed, which only a restart puts in force: nothing was changed");
    return error;
}

Result<std::shared_ptr<Configuration>> load(const std::filesystem::path& file) {
    auto loaded = load_configuration(file);
    if (!loaded.configuration) return bad_configuration(loaded.mistakes);
    return std::make_shared<Configuration>(std::move(*loaded.configuration));
}

}  // namespace

asio::awaitable<Result<Reload::Done>> Reload::by(Caller caller) {
    if (auto may = require_role_for(Act::reload, caller); !may) co_return may.error();
    auto who = entry_fields::caller(caller);
    co_return co_await run(std::move(who));
}

asio::awaitable<Result<Reload::Done>> Reload::by_signal() {
    json::object who{{"id", "seald"}, {"kind", "daemon"}};
    co_return co_await run(std::move(who));
}

asio::awaitable<Result<Reload::Done>> Reload::run(json::object who) {
    if (under_way_) co_return conflict("reload-under-way", "the configuration is being loaded right now");
    under_way_ = true;
    const std::shared_ptr<void> ended(nullptr, [this](void*) { under_way_ = false; });

    std::function<Result<std::shared_ptr<Configuration>>()> work = [file = running_.file] { return load(file); };
    auto loaded = co_await disk_.run(std::move(work));
    if (!loaded) co_return loaded.error();
    if (auto same = check_unchanged(running_, **loaded); !same) co_return same.error();
    std::vector<PutInForce> prepared;
    for (const Part& part : parts_) {
        auto put_in_force = part(**loaded);
        if (!put_in_force) co_return put_in_force.error();
        prepared.push_back(std::move(*put_in_force));
    }
    const Policy& policy = (*loaded)->policy;
    Done done{policy.sha256, policy.persons.size(), policy.seals.size()};
    const json::object fields{{"caller", std::move(who)}, {"policy", done.policy_sha256}, {"persons", done.persons}, {"seal_policies", done.seals}};
    auto entry = Entry::make("configuration-loaded", clock_.now(), fields);
    if (auto recorded = co_await record_entry(store_, std::move(entry)); !recorded) co_return recorded.error();
    for (const PutInForce& put_in_force : prepared) put_in_force();
    // What was found to hold by the old policy, and is not committed yet, is in this or an earlier commit.
    std::function<Result<bool>(Transaction&)> nothing = [](Transaction&) -> Result<bool> { return true; };
    auto settled = co_await store_.write(std::move(nothing), WhenFull::record);
    if (!settled) co_return settled.error();
    co_return done;
}

}  // namespace seald
