// One run of sealctl: the options every command has, and the command that was chosen. Parsing only chooses; the command
// runs afterwards, so that no exception of the parser can come from a command.
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "client/api_client.hpp"
#include "client/client_tls.hpp"
#include "client/report.hpp"

namespace seald {

struct Invocation {
    std::string server, configuration;
    ClientTlsFiles tls;  // for https:// servers
    bool json = false;
    std::function<Result<Report>()> command;

    Result<ApiClient> connect() const;  // settles the address; nothing is sent yet
};

// Adds a command with its help: what it does, who may do it, and an example.
struct CommandHelp {
    std::string what, who, example;
};
CLI::App& add_command(CLI::App& parent, const std::string& name, const CommandHelp& help);
// A word that only holds commands, such as "seal".
CLI::App& add_group(CLI::App& parent, const std::string& name, const std::string& what);

// Makes `run(options)` what happens when `command` was typed. The options live as long as the parser does.
template <class Options, class Run>
void choose(CLI::App& command, Invocation& invocation, std::shared_ptr<Options> options, Run run) {
    command.callback([&invocation, options, run] {
        invocation.command = [&invocation, options, run] { return run(invocation, *options); };
    });
}

void add_all_commands(CLI::App& sealctl, Invocation& invocation);

}  // namespace seald
