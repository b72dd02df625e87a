#include <boost/json/object.hpp>
#include <iostream>

#include "client/act_view.hpp"
#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/csv.hpp"
#include "client/enrolled_key.hpp"
#include "client/revocation_request.hpp"
#include "client/terminal.hpp"
#include "core/approval.hpp"

namespace seald {
namespace {

constexpr std::chrono::minutes confirmation_ttl{10};

struct ActOptions {
    std::string number, key, module, reason;
    bool waiting_for_me = false, all = false, csv = false, yes = false;
    unsigned limit = 100;
};

std::string path_of(const ActOptions& options) { return "/v1/acts/" + percent_encode(options.number); }

Result<Report> report(const boost::json::value& answer) {
    const auto act = decode_pending_act(answer);
    if (!act) return act.error();
    return Report{answer, describe(*act)};
}

std::string csv_listing(const std::vector<PendingActView>& acts) {
    std::string text = csv_line({"act", "kind", "seal", "state", "asked_by", "asked_at", "expires_at", "still_needed", "reason", "end_reason"});
    for (const auto& act : acts)
        text += csv_line({act.number.str(), act.kind, act.seal, act.state, act.asked_by, act.asked_at, act.expires_at, std::to_string(act.still_needed), act.reason, act.end_reason});
    return text;
}

Result<Report> run_list(const Invocation& invocation, const ActOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const std::string filter = options.waiting_for_me ? "waiting" : options.all ? "all" : "open";
    const auto answer = api->get("/v1/acts?filter=" + filter + "&limit=" + std::to_string(options.limit));
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    std::vector<PendingActView> acts;
    for (const auto& each : in.list("acts")) {
        auto act = decode_pending_act(each);
        if (!act) return act.error();
        acts.push_back(std::move(*act));
    }
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, options.csv ? csv_listing(acts) : act_listing(acts)};
}

Result<Report> run_show(const Invocation& invocation, const ActOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get(path_of(options));
    if (!answer) return answer.error();
    return report(*answer);
}

// What is shown here is what gets signed.
Result<void> show_and_ask(const Invocation& invocation, const PendingActView& act, const ActOptions& options) {
    const bool ask = !options.yes && standard_input_is_terminal();
    if (ask || !invocation.json) (invocation.json ? std::cerr : std::cout) << describe(act) << std::flush;
    if (!ask || confirm("Confirm? [y/N] ")) return {};
    return refusal("not-confirmed", "not confirmed: the question was not answered with y");
}

ActConfirmation confirmation_of(const PendingActView& act, const OwnIdentity& signer) {
    const Timestamp now = from_unix(to_unix(SystemClock().now()));
    return {.issuer = signer.id,
            .audience = signer.daemon,
            .id = new_approval_id(),
            .issued_at = now,
            .not_before = now,
            .expires_at = now + confirmation_ttl,
            .act = act.number,
            .statement = act.statement_sha256};
}

std::string what_is_next(const ApiClient& api, const PendingActView& act) {
    if (act.state != "done") return {};
    if (act.kind == "destroy") return "its certificate of destruction: sealctl seal destroyed " + act.seal + " -o FILE\n";
    if (act.kind != "cancel") return {};
    const auto seal = api.get("/v1/seals/" + percent_encode(act.seal));
    return seal ? "What is next\n" + revocation_request(*seal) + "  when its key shall be gone, too: sealctl seal destroy " + act.seal + " --reason ...\n" : std::string();
}

Result<Report> run_confirm(const Invocation& invocation, const ActOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto signer = find_own_identity(*api);
    if (!signer) return signer.error();
    const auto shown = api->get(path_of(options));
    if (!shown) return shown.error();
    const auto act = decode_pending_act(*shown);
    if (!act) return act.error();
    if (act->state == "waiting" && !act->may_confirm)
        return refusal("act-not-yours", "you cannot confirm " + options.number + ": whoever asked for it or confirmed it cannot, nor who has not the role", act->who);
    if (auto confirmed = show_and_ask(invocation, *act, options); !confirmed) return confirmed.error();
    const auto key = open_enrolled_key(*signer, options.key, options.module);
    if (!key) return key.error();
    const auto jws = key->sign(confirmation_of(*act, *signer));
    if (!jws) return jws.error();
    const auto answer = api->with_time_limit(std::chrono::minutes(5)).post(path_of(options) + "/confirmations", boost::json::object{{"confirmation", *jws}});
    if (!answer) return answer.error();
    const auto after = decode_pending_act(*answer);
    if (!after) return after.error();
    return Report{*answer, describe_next(*after) + what_is_next(*api, *after), after->problem.empty() ? ExitCode::done : ExitCode::unavailable};
}

Result<Report> post(const Invocation& invocation, const ActOptions& options, const std::string& verb) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    boost::json::object body;
    if (!options.reason.empty()) body["reason"] = options.reason;
    const auto answer = api->with_time_limit(std::chrono::minutes(5)).post(path_of(options) + "/" + verb, std::move(body));
    if (!answer) return answer.error();
    const auto after = decode_pending_act(*answer);
    if (!after) return after.error();
    return Report{*answer, describe_next(*after)};
}

CLI::App& add_one(CLI::App& group, const std::string& name, ActOptions& options, const CommandHelp& help) {
    CLI::App& command = add_command(group, name, help);
    command.add_option("ACT", options.number, "its number")->required();
    return command;
}

void add_confirm(CLI::App& group, Invocation& invocation) {
    const auto options = std::make_shared<ActOptions>();
    CLI::App& confirm = add_one(group, "confirm", *options,
                                {"Confirm what another person asked for, by signing its statement with your own key. Once enough\n"
                                 "persons did, it is carried out. Whoever asked cannot confirm.",
                                 "custodians and administrators; for a destruction auditors, too.", "sealctl act confirm P-2026-0001 --key pkcs11:id=%01"});
    confirm.add_option("--key", options->key, "your approval key: a file or a pkcs11: URI; ~/.config/seald/approval.key unless given");
    confirm.add_option("--module", options->module, "the PKCS#11 module for a pkcs11: URI");
    confirm.add_flag("--yes", options->yes, "do not ask");
    choose(confirm, invocation, options, run_confirm);
}

void add_ends(CLI::App& group, Invocation& invocation) {
    const auto run = [](const char* verb) { return [verb](const Invocation& now, const ActOptions& given) { return post(now, given, verb); }; };
    const auto decline_options = std::make_shared<ActOptions>(), withdraw_options = std::make_shared<ActOptions>(), complete_options = std::make_shared<ActOptions>();
    CLI::App& decline = add_one(group, "decline", *decline_options,
                                {"Say no to what another person asked for; one is enough.", "whoever may confirm it.", "sealctl act decline P-2026-0001 --reason 'the key is still missing'"});
    decline.add_option("--reason", decline_options->reason, "why; mandatory")->required();
    choose(decline, invocation, decline_options, run("decline"));
    CLI::App& withdraw = add_one(group, "withdraw", *withdraw_options, {"Withdraw what you asked for yourself.", "who asked.", "sealctl act withdraw P-2026-0001"});
    withdraw.add_option("--reason", withdraw_options->reason, "why");
    choose(withdraw, invocation, withdraw_options, run("withdraw"));
    CLI::App& complete = add_one(group, "complete", *complete_options,
                                 {"Complete what was confirmed and could not be done to the end: a token was missing, or the daemon died.", "whoever may confirm it.",
                                  "sealctl act complete P-2026-0001"});
    choose(complete, invocation, complete_options, run("complete"));
}

}  // namespace

void add_act_commands(CLI::App& sealctl, Invocation& invocation) {
    CLI::App& group = add_group(sealctl, "act", "Acts that one person cannot do alone: what waits for a second person, and confirming it.");
    const auto options = std::make_shared<ActOptions>();
    CLI::App& list = add_command(group, "list", {"Acts that wait for a second person, or are confirmed and not complete.", "custodians, administrators and auditors.", "sealctl act list --waiting-for-me"});
    auto* mine = list.add_flag("--waiting-for-me", options->waiting_for_me, "only those that you could confirm");
    list.add_flag("--all", options->all, "also those that are over")->excludes(mine);
    list.add_option("--limit", options->limit, "at most so many, newest first")->check(CLI::Range(1, 1000));
    list.add_flag("--csv", options->csv, "comma-separated values (RFC 4180) for spreadsheets");
    choose(list, invocation, options, run_list);
    CLI::App& show = add_one(group, "show", *options, {"One act, with its statement: what exactly is confirmed.", "custodians, administrators and auditors.", "sealctl act show P-2026-0001"});
    choose(show, invocation, options, run_show);
    add_confirm(group, invocation);
    add_ends(group, invocation);
}

}  // namespace seald
