#include <algorithm>
#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/listings.hpp"
#include "client/pin_source.hpp"

namespace seald {
namespace {

struct TokenOptions {
    std::string name, pin_file, duration, key_id;
    std::optional<std::int64_t> uses;
    std::int64_t seconds = 1;
    bool configured = false, final_try = false, pin_changed = false;
};

std::string path_of(const TokenOptions& options) { return "/v1/tokens/" + percent_encode(options.name); }

Report token_report(const boost::json::value& token) { return Report{token, describe_token(token)}; }

Result<Report> run_list(const Invocation& invocation, const TokenOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/tokens");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto& tokens = in.list("tokens");
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, token_listing(tokens)};
}

Result<Report> run_show(const Invocation& invocation, const TokenOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto token = api->get(path_of(options));
    if (!token) return token.error();
    return token_report(*token);
}

// Asks for the PIN with the token's name and serial in sight, so that nobody gives one token's PIN to another.
Result<boost::json::object> sealed_pin(const ApiClient& api, const TokenOptions& options) {
    const auto token = api.get(path_of(options));
    if (!token) return token.error();
    const std::string state = shown_field(*token, "pin");
    const std::string warning = state == "final-try" ? ", LAST TRY" : state == "count-low" ? ", few tries left" : "";
    if (state == "final-try" && !options.final_try) {
        return refusal("pin-final-try", "ONE PIN try is left on token " + options.name +
                                            ", and a wrong PIN locks it: be sure of the PIN, then say --final-try");
    }
    const auto answer = api.get(path_of(options) + "/pin-key");
    if (!answer) return answer.error();
    const auto key = PublicKey::from_pem(shown_field(*answer, "public_key"));
    if (!key) return key.error();
    const auto pin = obtain_pin(options.pin_file, "PIN of token " + options.name + " (serial " +
                                                      shown_field(*token, "serial") + warning + "): ");
    if (!pin) return pin.error();
    const auto sealed = seal_pin(*pin, *key);
    if (!sealed) return sealed.error();
    return boost::json::object{{"sealed_pin", encode_base64(*sealed)}};
}

Result<Report> run_unlock(const Invocation& invocation, const TokenOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    auto body = options.configured ? Result<boost::json::object>(boost::json::object{}) : sealed_pin(*api, options);
    if (!body) return body.error();
    if (!options.duration.empty()) (*body)["for"] = options.duration;
    if (options.uses) (*body)["uses"] = *options.uses;
    if (options.final_try) (*body)["final_try"] = true;
    if (options.pin_changed) (*body)["pin_changed"] = true;
    const auto token = api->with_time_limit(std::chrono::minutes(2)).post(path_of(options) + "/unlock", std::move(*body));
    if (!token) return token.error();
    return token_report(*token);
}

Result<Report> run_probe(const Invocation& invocation, const TokenOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    boost::json::object body{{"seconds", options.seconds}};
    if (!options.key_id.empty()) body["key_id"] = options.key_id;
    const auto answer = api->with_time_limit(std::chrono::minutes(5)).post(path_of(options) + "/probe", std::move(body));
    if (!answer) return answer.error();
    return Report{*answer, describe_profile(*answer)};
}

Result<Report> run_reconcile(const Invocation& invocation, const TokenOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->with_time_limit(std::chrono::minutes(2)).post(path_of(options) + "/reconciliation", boost::json::object{});
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto& keys = in.list("keys");
    if (auto understood = in.finish(); !understood) return understood.error();
    const bool differs = std::ranges::any_of(keys, [](const auto& key) { return shown_field(key, "result") == "differs"; });
    return Report{*answer, signature_count_listing(keys) + (differs ? "the device signed what the ledger does not know of, or is another one: sealctl seal suspend SEAL\n" : ""),
                  differs ? ExitCode::verification_failed : ExitCode::done};
}

Result<Report> run_lock(const Invocation& invocation, const TokenOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto token = api->post(path_of(options) + "/lock", boost::json::object{});
    if (!token) return token.error();
    return token_report(*token);
}

}  // namespace

void add_token_commands(CLI::App& sealctl, Invocation& invocation) {
    CLI::App& group = add_group(sealctl, "token", "Tokens: the USB keys and HSMs that hold the seals' keys.");
    const auto options = std::make_shared<TokenOptions>();
    choose(add_command(group, "list", {"All tokens and their state.", "everybody enrolled.", "sealctl token list"}),
           invocation, options, run_list);

    CLI::App& show = add_command(group, "show", {"One token.", "everybody enrolled.", "sealctl token show usb-1"});
    show.add_option("TOKEN", options->name, "the token's name")->required();
    choose(show, invocation, options, run_show);

    CLI::App& unlock = add_command(group, "unlock",
                                   {"Give a token its PIN; it is typed without echo and tried once.\n"
                                    "With --for or --uses it locks itself again when the time is over or the uses are\n"
                                    "used up. A PIN that the token refused once is never sent again.",
                                    "custodians.", "sealctl token unlock usb-1 --for 30m --uses 10"});
    unlock.add_option("TOKEN", options->name, "the token's name")->required();
    auto* file = unlock.add_option("--pin-file", options->pin_file, "a private file with the PIN; - is standard input");
    unlock.add_flag("--configured", options->configured, "use the PIN source of the daemon's configuration")
        ->excludes(file);
    unlock.add_option("--for", options->duration, "lock it again after this time, e.g. 30m or 8h; at most 31d");
    unlock.add_option("--uses", options->uses, "lock it again after so many signatures")->check(CLI::Range(1, 1'000'000));
    unlock.add_flag("--final-try", options->final_try, "though one try is left: a wrong PIN locks the token");
    unlock.add_flag("--pin-changed", options->pin_changed,
                    "the token's PIN was changed since: forget which PINs it refused");
    choose(unlock, invocation, options, run_unlock);

    CLI::App& probe = add_command(
        group, "probe",
        {"Measure what an unlocked token can do: sessions, parallel signing, latency, mechanisms, events.\n"
         "The daemon uses what was found from its next start, unless `sessions` is configured. The token\n"
         "signs random digests with a key made for it, or with the key that --key names.",
         "custodians.", "sealctl token probe usb-1"});
    probe.add_option("TOKEN", options->name, "the token's name")->required();
    probe.add_option("--seconds", options->seconds, "how long to sign with 1, 2, 4 and 8 threads each")
        ->check(CLI::Range(1, 30));
    probe.add_option("--key", options->key_id, "the id (hexadecimal) of a key that is there, for tokens that make none");
    choose(probe, invocation, options, run_probe);

    CLI::App& reconcile = add_command(group, "reconcile",
                                      {"Hold what a token counts of its signatures against the ledger, for each seal's key on\n"
                                       "it, and record what was found. The daemon does so by itself, again and again, where\n"
                                       "`signature_counter` is configured. Ends with 5 where they differ: somebody uses the\n"
                                       "key without seald; suspend the seal.",
                                       "custodians, auditors, administrators.", "sealctl token reconcile hsm-1"});
    reconcile.add_option("TOKEN", options->name, "the token's name")->required();
    choose(reconcile, invocation, options, run_reconcile);

    CLI::App& lock = add_command(group, "lock",
                                 {"Log the token out and end its process: nothing is signed with it until a\n"
                                  "custodian unlocks it, after a restart of the daemon neither.", "custodians.",
                                  "sealctl token lock usb-1"});
    lock.add_option("TOKEN", options->name, "the token's name")->required();
    choose(lock, invocation, options, run_lock);
}

}  // namespace seald
