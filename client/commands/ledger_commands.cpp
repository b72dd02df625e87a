#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/ledger_key_commands.hpp"
#include "client/commands/ledger_list.hpp"
#include "client/commands/ledger_purge.hpp"
#include "client/commands/ledger_verdict.hpp"
#include "client/commands/ledger_verify.hpp"
#include "client/display_text.hpp"
#include "client/export_checkpoint.hpp"
#include "client/ledger_export.hpp"
#include "client/ledger_key.hpp"
#include "client/recorded_approval.hpp"
#include "client/recorded_confirmation.hpp"
#include "client/recorded_proof.hpp"
#include "client/table.hpp"
#include "client/user_files.hpp"
#include "core/detached_field.hpp"
#include "core/receipt.hpp"

namespace seald {
namespace {

struct LedgerOptions {
    std::uint64_t index = 0;
    LedgerVerifyOptions verify;
    std::string from, to, folder;
};

// {"caller":{"id":"li.na"}} as "caller.id  li.na".
void add_fields(Table& table, const boost::json::value& value, const std::string& path) {
    if (const auto* object = value.if_object()) {
        for (const auto& field : *object) {
            add_fields(table, field.value(), (path.empty() ? "" : path + ".") + std::string(field.key()));
        }
    } else if (const auto* array = value.if_array(); array != nullptr) {
        for (std::size_t i = 0; i < array->size(); ++i)
            add_fields(table, (*array)[i], path + "[" + std::to_string(i) + "]");
    } else {
        table.row({path, value.is_string() ? std::string(value.get_string()) : boost::json::serialize(value)});
    }
}

// Fields that are kept beside the ledger are fetched and held against their digests.
Result<void> attach(const ApiClient& api, boost::json::object& entry) {
    const DetachedLookup find = [&api](const std::string& digest) -> Result<std::optional<std::string>> {
        auto content = api.get_text("/v1/ledger/detached/" + digest);
        if (!content) return content.error();
        return std::optional<std::string>(std::move(*content));
    };
    if (auto attached = attach_all(entry, find); !attached) return attached.error();
    return {};
}

Result<std::optional<std::string>> check_proof(const ApiClient& api, boost::json::object entry) {
    if (!entry.contains("proof") && !entry.contains("approval")) return std::optional<std::string>();
    if (auto attached = attach(api, entry); !attached) return attached.error();
    auto proof = check_recorded_proof(entry);
    if (!proof || *proof) return proof;
    return check_recorded_approval(entry);
}

Result<std::vector<ConfirmedBy>> check_confirmations(const ApiClient& api, boost::json::object entry) {
    if (auto attached = attach(api, entry); !attached) return attached.error();
    return check_recorded_confirmations(entry);
}

Result<Report> run_show(const Invocation& invocation, const LedgerOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/ledger/entries/" + std::to_string(options.index));
    if (!answer) return answer.error();
    Table table;
    table.row({"index", shown_field(*answer, "index")});
    if (const auto* object = answer->if_object(); object != nullptr && object->contains("entry")) {
        const auto& entry = object->at("entry");
        add_fields(table, entry, "");
        const auto proof = entry.is_object() ? check_proof(*api, entry.get_object()) : Result<std::optional<std::string>>(std::nullopt);
        if (!proof) return proof.error();
        if (*proof) table.row({entry.get_object().contains("proof") ? "proof of use" : "signed decision", **proof});
        const auto confirmed = entry.is_object() ? check_confirmations(*api, entry.get_object()) : Result<std::vector<ConfirmedBy>>(std::vector<ConfirmedBy>());
        if (!confirmed) return confirmed.error();
        for (const auto& each : *confirmed) table.row({"confirmation", each.words});
    }
    return Report{*answer, table.str()};
}

Result<Report> run_checkpoint(const Invocation& invocation, const LedgerOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto note = api->get_text("/v1/ledger/checkpoint");
    if (!note) return note.error();
    return Report{boost::json::object{{"checkpoint", *note}}, *note};
}

Result<Report> run_prove(const Invocation& invocation, const LedgerOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto receipt = api->get_text("/v1/ledger/entries/" + std::to_string(options.index) + "/proof");
    if (!receipt) return receipt.error();
    return Report{boost::json::object{{"index", options.index}, {"receipt", *receipt}}, *receipt};
}

Result<Report> run_verify(const Invocation& invocation, const LedgerOptions& options) {
    return options.verify.place.empty() ? verify_daemons_ledger(invocation, options.verify) : verify_ledger_at(options.verify);
}

Result<Report> run_export(const Invocation& invocation, const LedgerOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto newest = api->get_text("/v1/ledger/checkpoint");
    if (!newest) return newest.error();
    const auto now = SignedNote::decode(*newest);
    if (!now) return now.error();
    const auto latest = Checkpoint::from_text(now->text);
    if (!latest) return latest.error();
    const auto range = find_range(*api, options.from, options.to, latest->size);
    if (!range) return range.error();
    const auto taken = find_export_checkpoint(*api, range->end, *newest);
    if (!taken) return taken.error();
    const auto key = fetch_ledger_key(*api);
    if (!key) return key.error();
    if (const auto checkpoint = key->keys.open(taken->note); !checkpoint) return checkpoint.error();
    const ExportedTree tree{.note = taken->note, .size = taken->size, .key = key->known.encode()};
    if (auto written = export_ledger(*api, tree, *range, options.folder, show_progress); !written) return written.error();
    const std::string entries = std::to_string(range->first) + " to " + std::to_string(range->end - 1);
    return Report{boost::json::object{{"folder", options.folder}, {"first", range->first}, {"end", range->end}, {"size", taken->size}, {"checkpoint", taken->words}},
                  "entries " + entries + " are in " + options.folder + ", under a checkpoint of " + std::to_string(taken->size) + ", " + taken->words +
                      "; check them: sealctl ledger verify " + options.folder + "\n"};
}

void add_verify(CLI::App& group, Invocation& invocation, const std::shared_ptr<LedgerOptions>& options) {
    CLI::App& verify =
        add_command(group, "verify",
                    {"Read the whole ledger and check that nothing was changed, removed, reordered or rolled back.",
                     "auditors, administrators and custodians; an export or a copy of the database: whoever has it.",
                     "sealctl ledger verify --since checkpoint-2026Q3 --ledger-key ledger.vkey\n"
                     "         sealctl ledger verify export-2026Q4 --ledger-key ledger.vkey"});
    verify.add_option("PLACE", options->verify.place, "a folder of `ledger export`, a copy of ledger.db, or a state folder; the daemon's ledger unless given");
    verify.add_option("--since", options->verify.since, "an earlier checkpoint, kept elsewhere, or any receipt");
    verify.add_option("--ledger-key", options->verify.ledger_key,
                      "the verifier key, or a file with it; ~/.config/seald/ledger.vkey unless given");
    verify.add_flag("--skip-signatures", options->verify.skip_signatures,
                    "do not check the proofs of use and decisions inside entries: the time of a signature check for each of them is saved");
    add_witness_options(verify, options->verify.witnesses);
    choose(verify, invocation, options, run_verify);
}

void add_export(CLI::App& group, Invocation& invocation, const std::shared_ptr<LedgerOptions>& options) {
    CLI::App& command =
        add_command(group, "export",
                    {"Copy the ledger, or a period of it, into a folder that proves itself offline: C2SP tlog-tiles, which standard tools read too.",
                     "auditors, administrators and custodians.", "sealctl ledger export --from 2026-10-01 --to 2026-12-31 export-2026Q4"});
    command.add_option("DIR", options->folder, "the folder to make")->required();
    command.add_option("--from", options->from, "from this day, time or entry on");
    command.add_option("--to", options->to, "up to this day or time (a day is included), or before this entry");
    choose(command, invocation, options, run_export);
}

}  // namespace

void add_ledger_commands(CLI::App& sealctl, Invocation& invocation) {
    CLI::App& group = add_group(sealctl, "ledger", "The ledger: read it, prove an entry, verify all of it.");
    const auto options = std::make_shared<LedgerOptions>();
    add_ledger_list(group, invocation);
    add_export(group, invocation, options);
    CLI::App& show =
        add_command(group, "show",
                    {"One entry with all its fields. A proof of use, a decision and the confirmations of an act in it are checked: exit code 5 if they do not prove\nwhat the entry says.", "auditors, administrators, custodians, and whose entry it is.",
                     "sealctl ledger show 17"});
    show.add_option("INDEX", options->index, "the entry's number")->required();
    choose(show, invocation, options, run_show);
    choose(add_command(group, "checkpoint",
                       {"The latest signed checkpoint; keep one elsewhere for `ledger verify --since`.",
                        "everybody enrolled.", "sealctl ledger checkpoint > checkpoint-2026Q4"}),
           invocation, options, run_checkpoint);
    CLI::App& prove = add_command(
        group, "prove",
        {"An entry's receipt (C2SP tlog-proof), which verifies offline.",
         "auditors, administrators, custodians, and whose entry it is.", "sealctl ledger prove 17 > entry-17.receipt"});
    prove.add_option("INDEX", options->index, "the entry's number")->required();
    choose(prove, invocation, options, run_prove);
    add_verify(group, invocation, options);
    add_ledger_key_commands(group, invocation);
    add_ledger_purge(group, invocation);
}

}  // namespace seald
