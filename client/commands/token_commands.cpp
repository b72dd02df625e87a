#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/listings.hpp"
#include "client/pin_source.hpp"

namespace seald {
namespace {

struct TokenOptions {
    std::string name, pin_file;
    bool configured = false;
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
    if (state == "final-try" && !options.pin_file.empty()) {
        return refusal("pin-final-try",
                       "one PIN try is left on token " + options.name + "; type the PIN instead of giving --pin-file");
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
    const auto token = api->post(path_of(options) + "/unlock", std::move(*body));
    if (!token) return token.error();
    return token_report(*token);
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
                                   {"Give a token its PIN; it is typed without echo and tried once.", "custodians.",
                                    "sealctl token unlock usb-1"});
    unlock.add_option("TOKEN", options->name, "the token's name")->required();
    auto* file = unlock.add_option("--pin-file", options->pin_file, "a private file with the PIN; - is standard input");
    unlock.add_flag("--configured", options->configured, "use the PIN source of the daemon's configuration")
        ->excludes(file);
    choose(unlock, invocation, options, run_unlock);

    CLI::App& lock = add_command(group, "lock",
                                 {"Log the token out: nothing is signed with it until it is unlocked.", "custodians.",
                                  "sealctl token lock usb-1"});
    lock.add_option("TOKEN", options->name, "the token's name")->required();
    choose(lock, invocation, options, run_lock);
}

}  // namespace seald
