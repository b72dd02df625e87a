#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/backup.hpp"
#include "client/commands/commands.hpp"
#include "client/display_text.hpp"

namespace seald {
namespace {

namespace json = boost::json;

struct BackupOptions {
    std::string folder;
    InspectOptions inspect;
};

Result<Report> run_create(const Invocation& invocation, const BackupOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto fetched = fetch_backup(*api, options.folder);
    if (!fetched) return fetched.error();
    return Report{json::object{{"folder", options.folder},
                               {"manifest_digest", fetched->manifest_digest},
                               {"entries", fetched->entries},
                               {"ledger_index", fetched->ledger_index},
                               {"parts", fetched->parts},
                               {"bytes", fetched->bytes}},
                  "backup of " + std::to_string(fetched->entries) + " ledger entries in " + options.folder + ", " + std::to_string(fetched->parts) +
                      (fetched->parts == 1 ? " part\n" : " parts\n") + "in the ledger as entry " + std::to_string(fetched->ledger_index) + ", manifest " +
                      fetched->manifest_digest + "\ncheck it where it is kept: sealctl backup verify " + options.folder + " --key RECIPIENT.key\n"};
}

json::object document_of(const InspectedBackup& inspected) {
    json::array recipients;
    for (const auto& each : inspected.backup.manifest.recipients)
        recipients.push_back(json::object{{"certificate_sha256", each.certificate_sha256}, {"subject", each.subject}});
    json::object document{{"verified", !any_failed(inspected.checks)},
                          {"manifest_digest", inspected.backup.manifest_digest},
                          {"daemon", inspected.backup.manifest.daemon},
                          {"made_at", to_rfc3339(inspected.backup.manifest.made_at)},
                          {"by", inspected.backup.manifest.by},
                          {"recipients", std::move(recipients)},
                          {"key_pinned", inspected.ledger_key.pinned},
                          {"checks", to_json(inspected.checks)}};
    if (any_failed(inspected.checks)) document["error"] = error_document(verification_failed("the backup does not verify")).at("error");
    return document;
}

Report report_on(const InspectedBackup& inspected) {
    const auto& manifest = inspected.backup.manifest;
    const bool good = !any_failed(inspected.checks);
    std::string recipients;
    for (const auto& each : manifest.recipients) recipients += "  can be opened by: " + printable(each.subject) + "\n";
    return Report{document_of(inspected),
                  describe(inspected.checks) + (good ? "verified: " : "NOT VERIFIED: ") + "the backup of " + manifest.daemon + " of " +
                      to_rfc3339(manifest.made_at) + ", made by " + printable(manifest.by) + "\n" + recipients,
                  good ? ExitCode::done : ExitCode::verification_failed};
}

Result<Report> run_verify(const Invocation&, const BackupOptions& options) {
    const auto inspected = inspect_backup(options.folder, options.inspect);
    if (!inspected) return inspected.error();
    return report_on(*inspected);
}

std::string first_problem(const std::vector<Check>& checks) {
    const auto found = std::ranges::find(checks, Outcome::failed, &Check::outcome);
    return found == checks.end() ? "" : found->name + ": " + found->words;
}

std::uint64_t entries_of(const InspectedBackup& inspected) {
    const auto checkpoint = inspected.ledger_key.keys.open(inspected.backup.manifest.checkpoint);
    return checkpoint ? checkpoint->size : 0;
}

Result<Report> run_drill(const Invocation& invocation, const BackupOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto inspected = inspect_backup(options.folder, options.inspect);
    if (!inspected) return inspected.error();
    const auto& backup = inspected->backup;
    json::object body{{"manifest", backup.manifest_digest}, {"made_at", to_rfc3339(backup.manifest.made_at)}, {"entries", entries_of(*inspected)}};
    if (const auto problem = first_problem(inspected->checks); !problem.empty()) body["problem"] = problem.substr(0, 1000);
    const auto recorded = api->post("/v1/backup-drills", body);
    if (!recorded) return recorded.error();
    auto report = report_on(*inspected);
    report.document.as_object()["ledger_index"] = recorded->at("ledger_index");
    report.text += "the drill is entry " + shown_field(*recorded, "ledger_index") + " of the ledger\n";
    return report;
}

void add_inspection(CLI::App& command, BackupOptions& options) {
    command.add_option("DIR", options.folder, "the backup's folder")->required();
    command.add_option("--ledger-key", options.inspect.ledger_key, "the ledger's public key, or a file with it; default: ~/.config/seald/ledger.vkey, or the one beside the backup");
    command.add_option("--since", options.inspect.since, "a checkpoint or receipt that the ledger in the backup must have grown from");
}

}  // namespace

void add_backup_commands(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<BackupOptions>();
    CLI::App& backup = add_group(sealctl, "backup",
                                 "Backups (備份) of everything but the keys on tokens. To restore one: seald --config FILE --restore DIR, see `seald --help`.");
    CLI::App& create = add_command(backup, "create",
                                   {"Make a backup of the running daemon: ledger, register, documents, configuration, the ledger's keys; encrypted to\n"
                                    "the recipients in [backup]. What was acknowledged before is in it. Keys on tokens never leave them: have each\n"
                                    "seal on a second token (sealctl seal standby).",
                                    "administrators.", "sealctl backup create /mnt/usb/seald-2026-11-24"});
    create.add_option("DIR", options->folder, "a folder to be made, on another medium")->required();
    choose(create, invocation, options, run_create);
    CLI::App& verify = add_command(backup, "verify",
                                   {"Check a backup without any daemon: without --key that nothing of it was changed, with it everything, the whole\n"
                                    "ledger included.",
                                    "everybody who can read it.", "sealctl backup verify /mnt/usb/seald-2026-11-24 --key li.na.key --ledger-key ledger.vkey"});
    add_inspection(verify, *options);
    verify.add_option("--key", options->inspect.key, "a recipient's private key, PEM");
    choose(verify, invocation, options, run_verify);
    CLI::App& drill = add_command(backup, "drill",
                                  {"Practise a restore (演練): decrypt and unpack the backup into a temporary folder (TMPDIR), check all of it, remove it,\n"
                                   "and record in the ledger what came of it. `sealctl status` says how long ago the last one was.",
                                   "administrators who hold a recipient's key.", "sealctl backup drill /mnt/usb/seald-2026-11-24 --key li.na.key"});
    add_inspection(drill, *options);
    drill.add_option("--key", options->inspect.key, "a recipient's private key, PEM")->required();
    choose(drill, invocation, options, run_drill);
}

}  // namespace seald
