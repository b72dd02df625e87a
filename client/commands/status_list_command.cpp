// sealctl seal status-list: fetching the signed list of seals' states, and reading one that somebody sent.
#include <boost/json/array.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/ledger_key.hpp"
#include "client/table.hpp"
#include "client/user_files.hpp"
#include "core/status_list.hpp"

namespace seald {
namespace {

constexpr std::size_t max_list_bytes = 16 * 1024 * 1024;

struct StatusListOptions {
    std::string out, verify, ledger_key;
    bool force = false;
};

std::string describe_list(const StatusList& list) {
    Table table({"SEAL", "NUMBER", "STATE", "SINCE", "REASON", "VERSION", "CERTIFICATE", "FROM", "UNTIL"});
    for (const auto& seal : list.claims.at("seals").as_array()) {
        const auto* versions = seal.as_object().if_contains("versions");
        if (versions == nullptr || !versions->is_array()) continue;
        for (const auto& version : versions->get_array())
            table.row({shown_field(seal, "name"), shown_field(seal, "number"), shown_field(seal, "state"), shown_field(seal, "since"), shown_field(version, "reason"),
                       shown_field(version, "version"), shown_field(version, "certificate.serial"), shown_field(version, "from"), shown_field(version, "until")});
    }
    return table.str() + "issued at " + to_rfc3339(list.issued_at) + " by " + list.issuer + ", the next one is due at " + to_rfc3339(list.next_update) + "\n";
}

Result<Report> report_on(const std::string& compact, const LedgerKey& key, const StatusListOptions& options) {
    const auto list = open_status_list(compact, key.keys.current());
    if (!list) return list.error();
    std::string text = describe_list(*list);
    if (!options.out.empty()) {
        const auto written = write_file(options.out, as_bytes(compact), options.force ? IfExists::replace : IfExists::refuse);
        if (!written) return written.error();
        text += "written to " + options.out + "\n";
    }
    if (!key.pinned) text += "verified with " + key.source + "; pin it: sealctl ledger key > ~/.config/seald/ledger.vkey\n";
    if (SystemClock().now() < list->next_update) return Report{list->claims, text};
    return verification_failed("the status list is out of date since " + to_rfc3339(list->next_update) + ": get a new one");
}

Result<Report> run(const Invocation& invocation, const StatusListOptions& options) {
    auto key = find_own_ledger_key(options.ledger_key);
    if (!key) return key.error();
    if (!options.verify.empty()) {
        if (!*key) return malformed("say whose list it is with --ledger-key, or pin the ledger's key in ~/.config/seald/ledger.vkey");
        auto compact = read_file(options.verify, max_list_bytes);
        if (!compact) return compact.error();
        while (compact->ends_with('\n')) compact->pop_back();
        return report_on(*compact, **key, options);
    }
    const auto api = invocation.connect();
    if (!api) return api.error();
    auto current = *key ? follow_daemons_changes(*api, **key) : fetch_ledger_key(*api);
    if (!current) return current.error();
    const auto answer = api->get("/v1/status-list");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto compact = in.text("status_list");
    if (auto understood = in.finish(); !understood) return understood.error();
    return report_on(compact, *current, options);
}

}  // namespace

void add_status_list_command(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<StatusListOptions>();
    CLI::App& command = add_command(
        seal_group, "status-list",
        {"The signed list of all seals for whoever relies on them: state, since when, certificates of every\n"
         "version. A JWS by the ledger's key, valid for a day; any JOSE library checks it with the key that\n"
         "`sealctl ledger key --jwks` or `--pem` prints. Exit code 5 if it does not verify or is out of date.",
         "everybody enrolled; with --verify everybody.",
         "sealctl seal status-list -o seals.jwt\n         sealctl seal status-list --verify seals.jwt --ledger-key ledger.vkey"});
    auto* out = command.add_option("-o,--out", options->out, "write the JWS to this file");
    command.add_option("--verify", options->verify, "read this one instead of asking the daemon")->excludes(out);
    command.add_option("--ledger-key", options->ledger_key, "the ledger's verifier key, or a file with it; ~/.config/seald/ledger.vkey unless given");
    command.add_flag("--force", options->force, "replace the file");
    choose(command, invocation, options, run);
}

}  // namespace seald
