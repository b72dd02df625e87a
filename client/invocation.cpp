#include "client/invocation.hpp"

#include <cstdlib>

#include "client/commands/commands.hpp"

namespace seald {

Result<ApiClient> Invocation::connect() const {
    const char* environment = std::getenv("SEALD_SERVER");
    auto address = choose_server(server, configuration, environment != nullptr ? environment : "");
    if (!address) return address.error();
    if (address->remote) {
        auto loaded = ClientTls::load(tls);
        if (!loaded) return loaded.error();
        address->tls = std::move(*loaded);
    }
    return ApiClient(*address);
}

CLI::App& add_command(CLI::App& parent, const std::string& name, const CommandHelp& help) {
    CLI::App& command = *parent.add_subcommand(name, help.what);
    command.footer("Who: " + help.who + "\nExample: " + help.example +
                   "\nEvery command takes --json, --server unix:/path or https://host:port, and --config FILE.");
    return command;
}

CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& what) {
    CLI::App& group = *parent.add_subcommand(name, what);
    group.require_subcommand(1);
    group.footer("Example: sealctl " + name + " COMMAND --help shows what a command takes.");
    return group;
}

void add_all_commands(CLI::App& sealctl, Invocation& invocation) {
    add_status_commands(sealctl, invocation);
    add_token_commands(sealctl, invocation);
    add_seal_commands(sealctl, invocation);
    add_emergency_command(sealctl, invocation);
    add_application_commands(sealctl, invocation);
    add_decision_commands(sealctl, invocation);
    add_act_commands(sealctl, invocation);
    add_sign_command(sealctl, invocation);
    add_explain_command(sealctl, invocation);
    add_verify_command(sealctl, invocation);
    add_ledger_commands(sealctl, invocation);
    add_report_commands(sealctl, invocation);
    add_staff_commands(sealctl, invocation);
    add_notice_commands(sealctl, invocation);
    add_backup_commands(sealctl, invocation);
    add_keygen_command(sealctl, invocation);
    add_witness_command(sealctl, invocation);
}

}  // namespace seald
