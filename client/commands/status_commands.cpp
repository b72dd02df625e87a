#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/listings.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"
#include "core/time.hpp"

namespace seald {
namespace {

struct NoOptions {};

// What is wrong with one of a list of the ledger's helpers, each a line.
std::vector<std::string> problems_of(const boost::json::value& status, const char* list, const std::string& words, const char* name) {
    std::vector<std::string> problems;
    const auto* ledger = status.is_object() ? status.get_object().if_contains("ledger") : nullptr;
    const auto* all = ledger != nullptr && ledger->is_object() ? ledger->get_object().if_contains(list) : nullptr;
    if (all == nullptr || !all->is_array()) return problems;
    for (const auto& each : all->get_array())
        if (const auto problem = shown_field(each, "problem"); !problem.empty()) problems.push_back(words + shown_field(each, name) + ": " + problem);
    return problems;
}

// "2026-11-24 08:15:30Z, 3 days ago"
std::string last_of(const boost::json::value& status, const char* field) {
    const auto text = shown_field(status, field);
    const auto time = decode_rfc3339(text);
    if (!time) return "never";
    const auto days = std::chrono::duration_cast<std::chrono::days>(SystemClock().now() - *time).count();
    return short_time(text) + ", " + std::to_string(days) + (days == 1 ? " day ago" : " days ago");
}

std::string status_text(const boost::json::value& status, const boost::json::array& tokens,
                        const boost::json::array& seals) {
    Table facts;
    facts.row({"daemon", shown_field(status, "daemon.id") + ", version " + shown_field(status, "daemon.version") +
                             ", running since " + short_time(shown_field(status, "daemon.started_at"))});
    facts.row({"ledger", shown_field(status, "ledger.size") + " entries"});
    for (const auto& problem : problems_of(status, "checkpoint_copies", "its checkpoint cannot be copied to ", "file")) facts.row({"", problem});
    for (const auto& problem : problems_of(status, "witnesses", "not cosigned by witness ", "name")) facts.row({"", problem});
    facts.row({"last backup", last_of(status, "backup.last")});
    facts.row({"last restore practised", last_of(status, "backup.last_drill")});
    if (const auto problem = shown_field(status, "backup.schedule.problem"); !problem.empty()) facts.row({"", "no scheduled backup: " + problem});
    facts.row({"waiting for you", shown_field(status, "waiting_for_me")});
    if (const auto acts = shown_field(status, "acts_waiting_for_me"); !acts.empty() && acts != "0") facts.row({"", acts + " to confirm as the second person: sealctl act list --waiting-for-me"});
    return facts.str() + "\n" + token_listing(tokens) + "\n" + seal_listing(seals);
}

Result<Report> run_status(const Invocation& invocation, const NoOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto status = api->get("/v1/status");
    if (!status) return status.error();
    AnswerReader in(*status);
    const auto& tokens = in.list("tokens");
    const auto& seals = in.list("seals");
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*status, status_text(*status, tokens, seals)};
}

std::string roles_of(const boost::json::value& whoami) {
    AnswerReader in(whoami);
    std::string roles;
    for (const auto& role : in.list("roles")) {
        if (role.is_string()) roles += (roles.empty() ? "" : ", ") + std::string(role.get_string());
    }
    return roles;
}

Result<Report> run_whoami(const Invocation& invocation, const NoOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto whoami = api->get("/v1/whoami");
    if (!whoami) return whoami.error();
    Table facts;
    facts.row({"id", shown_field(*whoami, "id") + " (" + shown_field(*whoami, "kind") + ")"});
    facts.row({"name", shown_field(*whoami, "name")});
    facts.row({"department", shown_field(*whoami, "department")});
    facts.row({"roles", roles_of(*whoami)});
    facts.row({"approval key", shown_field(*whoami, "approval_key_thumbprint")});
    facts.row({"daemon", shown_field(*whoami, "daemon")});
    if (const auto acts = shown_field(*whoami, "acts_waiting_for_me"); !acts.empty() && acts != "0") facts.row({"acts to confirm", acts + ": sealctl act list --waiting-for-me"});
    return Report{*whoami, facts.str()};
}

}  // namespace

void add_status_commands(CLI::App& sealctl, Invocation& invocation) {
    const auto none = std::make_shared<NoOptions>();
    choose(add_command(sealctl, "status",
                       {"Daemon, tokens, seals and ledger at a glance.", "everybody enrolled.", "sealctl status"}),
           invocation, none, run_status);
    choose(
        add_command(sealctl, "whoami",
                    {"Who you are to the daemon, and which roles you have.", "everybody enrolled.", "sealctl whoami"}),
        invocation, none, run_whoami);
}

}  // namespace seald
