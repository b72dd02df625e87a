// What is done to a seal only when a second person confirms it.
#include <boost/json/array.hpp>

#include "client/act_view.hpp"
#include "client/commands/commands.hpp"

namespace seald {
namespace {

struct DualOptions {
    std::string name, reason, token, key_id;
    std::vector<std::string> devices;
};

Result<Report> ask(const Invocation& invocation, const DualOptions& options, const std::string& verb, boost::json::object body) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (!options.reason.empty()) body["reason"] = options.reason;
    const auto answer = api->post("/v1/seals/" + percent_encode(options.name) + "/" + verb, std::move(body));
    if (!answer) return answer.error();
    const auto asked = decode_pending_act(*answer);
    if (!asked) return asked.error();
    return Report{*answer, describe_next(*asked)};
}

Result<Report> run_standby(const Invocation& invocation, const DualOptions& options) {
    boost::json::object body{{"token", options.token}};
    if (!options.key_id.empty()) body["key_id"] = options.key_id;
    return ask(invocation, options, "standby", std::move(body));
}

Result<Report> run_destroy(const Invocation& invocation, const DualOptions& options) {
    boost::json::object body;
    if (!options.devices.empty()) body["devices"] = boost::json::array(options.devices.begin(), options.devices.end());
    return ask(invocation, options, "destroy", std::move(body));
}

CLI::App& add_one(CLI::App& group, const std::string& name, DualOptions& options, const CommandHelp& help) {
    CLI::App& command = add_command(group, name, help);
    command.add_option("NAME", options.name, "the seal's name")->required();
    return command;
}

void add_simple(CLI::App& group, Invocation& invocation, const std::string& verb, const CommandHelp& help) {
    const auto options = std::make_shared<DualOptions>();
    CLI::App& command = add_one(group, verb, *options, help);
    command.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
    choose(command, invocation, options, [verb](const Invocation& run, const DualOptions& given) { return ask(run, given, verb, {}); });
}

void add_destroy(CLI::App& group, Invocation& invocation) {
    const auto options = std::make_shared<DualOptions>();
    CLI::App& destroy = add_one(group, "destroy", *options,
                                {"Destroy a cancelled seal's key (銷毀), in every token where it is. It waits for two witnesses, who\n"
                                 "confirm it with `sealctl act confirm`; then the key is destroyed, and read back to see that it is\n"
                                 "gone. `seal destroyed` writes the certificate of destruction.",
                                 "custodians and administrators; as witnesses auditors, too.", "sealctl seal destroy contract --reason 'replaced by contract-2'"});
    destroy.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
    destroy.add_option("--device", options->devices,
                       "a token that was destroyed itself, or lost for good, as the witnesses confirm: its key is not looked for");
    choose(destroy, invocation, options, run_destroy);
}

void add_standby(CLI::App& group, Invocation& invocation) {
    const auto options = std::make_shared<DualOptions>();
    CLI::App& standby = add_one(group, "standby", *options,
                                {"Put the seal's key on a second token, which signs when the first cannot. A key made with\n"
                                 "--wrappable is moved there, encrypted from token to token; with --key one that is there\n"
                                 "already is enrolled. Both tokens must be unlocked. It waits for a second person, who confirms it\n"
                                 "with `sealctl act confirm`.",
                                 "custodians and administrators.", "sealctl seal standby contract --token usb-2"});
    standby.add_option("--token", options->token, "the second token")->required();
    standby.add_option("--key", options->key_id, "the id (hexadecimal) of the same key, where it is on that token already");
    standby.add_option("--reason", options->reason, "why; it goes into the ledger");
    choose(standby, invocation, options, run_standby);
}

}  // namespace

void add_dual_commands(CLI::App& seal_group, Invocation& invocation) {
    add_simple(seal_group, invocation, "resume",
               {"Put a suspended seal in force again. It waits for a second person, who confirms it with\n`sealctl act confirm`.", "custodians and administrators.",
                "sealctl seal resume contract --reason 'USB key found in the safe'"});
    add_simple(seal_group, invocation, "cancel",
               {"Cancel a seal for good (註銷): it never signs again, open applications for it are withdrawn. It waits\n"
                "for a second person, who confirms it with `sealctl act confirm`. To stop at once: `seal suspend`.",
                "custodians and administrators.", "sealctl seal cancel contract --reason 'the department was closed'"});
    add_destroy(seal_group, invocation);
    add_standby(seal_group, invocation);
}

}  // namespace seald
