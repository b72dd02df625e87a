// seald: keeps the seals, checks every use, records it, signs.
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdlib>
#include <iostream>

#include "daemon/app.hpp"
#include "daemon/log/log.hpp"
#include "daemon/restore.hpp"
#include "daemon/version.hpp"

namespace {

// No core dumps, no ptrace by other processes of the same user, and nothing made here is for others to read.
void protect_process() {
    const rlimit none{0, 0};
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0);
    umask(0077);
    std::signal(SIGPIPE, SIG_IGN);
    std::signal(SIGXFSZ, SIG_IGN);  // a write beyond a limit fails instead, and is answered like a full disk
    // Until they are heeded: whoever looks for a fault of the start would end it.
    std::signal(SIGUSR1, SIG_IGN);
    std::signal(SIGUSR2, SIG_IGN);
}

int report(const seald::Error& error) {
    std::cerr << "seald: " << error.message;
    for (std::size_t i = 0; i < error.missing.size(); ++i) std::cerr << (i == 0 ? "; needed: " : ", or ") << error.missing[i];
    if (!error.detail.empty()) std::cerr << " [" << error.detail << "]";
    std::cerr << "\n";
    return 1;
}

int report(const std::vector<seald::ConfigurationMistake>& mistakes) {
    for (const auto& mistake : mistakes) std::cerr << mistake.where << ": " << mistake.problem << "\n";
    std::cerr << "seald: " << mistakes.size() << (mistakes.size() == 1 ? " mistake" : " mistakes") << " in the configuration\n";
    return 2;
}

void add_restore_options(CLI::App& command, seald::RestoreOptions& options) {
    auto* restore = command.add_option("--restore", options.backup, "make the state from this backup, where there is none; verifies all of it first")->check(CLI::ExistingDirectory);
    restore->excludes("--init")->excludes("--check-config");
    auto* key = command.add_option("--key", options.key, "with --restore: a recipient's private key, PEM")->needs(restore);
    auto* ledger_key = command.add_option("--ledger-key", options.ledger_key, "with --restore: the ledger's public key, or a file with it, as --init printed it for the auditors")->needs(restore);
    restore->needs(key)->needs(ledger_key);
    command.add_option("--since", options.since, "with --restore: a checkpoint or receipt that somebody kept: the backup must have grown beyond it")->needs(restore);
    auto* loss = command.add_option("--accept-loss-from", options.accept_loss_from, "with --restore: go on though the entries from this one on are lost")->needs(restore);
    auto* reason = command.add_option("--reason", options.reason, "with --accept-loss-from: why; it goes into the ledger")->needs(loss);
    loss->needs(reason);
}

seald::Result<void> carry_out(const seald::Configuration& configuration, bool init, const seald::RestoreOptions& restore) {
    if (init) return seald::make_state(configuration);
    return restore.backup.empty() ? seald::run_daemon(configuration) : seald::restore_state(configuration, restore);
}

}  // namespace

int main(int argc, char** argv) {
    protect_process();
    seald::open_log(seald::LogFormat::automatic, spdlog::level::info);
    CLI::App command("seald keeps an organisation's electronic seals and signs with them when its policy allows.", "seald");
    std::string file = "/etc/seald/seald.toml";
    bool init = false;
    bool check = false;
    command.add_option("--config", file, "configuration file")->capture_default_str();
    auto* init_flag = command.add_flag("--init", init, "make the state (ledger key and database) once; refuses where there is one");
    command.add_flag("--check-config", check, "say every mistake in the configuration, change nothing")->excludes(init_flag);
    seald::RestoreOptions restore;
    add_restore_options(command, restore);
    command.set_version_flag("--version", "seald " + std::string(seald::version));
    command.footer("Examples:\n  seald --config seald.toml --check-config\n  seald --config seald.toml --init\n  seald --config seald.toml\n"
                   "  seald --config seald.toml --restore /mnt/usb/seald-2026-11-24 --key li.na.key --ledger-key ledger.vkey --since newest.checkpoint");
    CLI11_PARSE(command, argc, argv);

    try {
        const auto loaded = seald::load_configuration(file);
        if (!loaded.configuration) return report(loaded.mistakes);
        if (check) {
            std::cout << file << ": no mistakes\n";
            return 0;
        }
        const auto done = carry_out(*loaded.configuration, init, restore);
        return done ? 0 : report(done.error());
    } catch (const std::exception& failure) {
        std::cerr << "seald: " << failure.what() << "\n";
        return 1;
    }
}
