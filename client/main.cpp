// sealctl: the command line for people and scripts. Parses, runs the one command that was chosen, prints, and turns the
// result into an exit code.
#include <algorithm>
#include <exception>
#include <iostream>
#include <string_view>

#include "client/invocation.hpp"

namespace {

using namespace seald;

void add_general_options(CLI::App& sealctl, Invocation& invocation) {
    sealctl.fallthrough();  // the general options may also follow the command
    sealctl.require_subcommand(1);
    sealctl.add_flag("--json", invocation.json, "one JSON document on stdout instead of words");
    auto* server =
        sealctl.add_option("--server", invocation.server,
                           "where seald listens, unix:/path or https://host:port; also $SEALD_SERVER");
    sealctl.add_option("--config", invocation.configuration, "take the address from this seald.toml")->excludes(server);
    auto& tls = *sealctl.add_option_group("TLS", "for https:// servers");
    tls.add_option("--tls-certificate", invocation.tls.certificate, "the certificate that you are enrolled with, PEM")
        ->envname("SEALD_TLS_CERTIFICATE");
    tls.add_option("--tls-key", invocation.tls.key, "its private key: a PEM file, or pkcs11:... on a smart card")
        ->envname("SEALD_TLS_KEY");
    tls.add_option("--tls-ca", invocation.tls.ca, "who vouches for the daemon, PEM; the system's CAs unless told")
        ->envname("SEALD_TLS_CA");
    sealctl.set_version_flag("--version", "sealctl " SEALD_VERSION);
    sealctl.footer(
        "Exit codes: 0 done, 1 refused, 2 wrong usage or bad input, 3 no such thing, 4 unavailable, 5 verification "
        "failed.\n"
        "Example: sealctl status");
}

ExitCode run(const Invocation& invocation) {
    const auto report = invocation.command();
    if (!report) return print_error(report.error(), invocation.json, std::cout, std::cerr);
    print(*report, invocation.json, std::cout);
    return report->exit;
}

// The parser may have given up before it saw --json.
bool asks_for_json(int argc, char** argv) {
    return std::any_of(argv, argv + argc, [](std::string_view argument) { return argument == "--json"; });
}

ExitCode parse_and_run(int argc, char** argv) {
    CLI::App sealctl("Seals: apply, decide, sign, verify, keep the ledger honest.", "sealctl");
    Invocation invocation;
    add_general_options(sealctl, invocation);
    add_all_commands(sealctl, invocation);
    try {
        sealctl.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) {
            sealctl.exit(error);  // --help, --version
            return ExitCode::done;
        }
        return print_error(malformed(std::string(error.what()) + "; see --help"), asks_for_json(argc, argv), std::cout,
                           std::cerr);
    }
    return run(invocation);
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return to_int(parse_and_run(argc, argv));
    } catch (const std::exception& error) {
        std::cerr << "sealctl: " << error.what() << '\n';
        return to_int(ExitCode::unavailable);
    }
}
