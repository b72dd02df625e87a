#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/ledger_verify.hpp"
#include "client/display_text.hpp"
#include "client/ledger_key.hpp"
#include "client/table.hpp"
#include "client/user_files.hpp"
#include "core/receipt.hpp"

namespace seald {
namespace {

struct LedgerOptions {
    std::string seal, person, application, kind, from, to;
    unsigned limit = 0;
    std::uint64_t index = 0;
    LedgerVerifyOptions verify;
};

std::string list_query(const LedgerOptions& options) {
    std::string query;
    const std::pair<const char*, const std::string&> filters[] = {
        {"seal", options.seal}, {"person", options.person}, {"application", options.application},
        {"kind", options.kind}, {"from", options.from},     {"to", options.to},
    };
    for (const auto& [name, value] : filters) {
        if (!value.empty()) query += std::string("&") + name + "=" + percent_encode(value);
    }
    if (options.limit != 0) query += "&limit=" + std::to_string(options.limit);
    if (!query.empty()) query.front() = '?';
    return query;
}

std::string entry_listing(const boost::json::array& entries) {
    if (entries.empty()) return "no entries\n";
    Table table({"INDEX", "TIME", "KIND", "PERSON", "SEAL", "DOCUMENT", "RESULT"});
    for (const auto& each : entries) {
        const std::string result = shown_field(each, "entry.result");
        table.row({shown_field(each, "index"), short_time(shown_field(each, "entry.time")),
                   shown_field(each, "entry.kind"), shown_field(each, "entry.caller.id"),
                   shown_field(each, "entry.seal"), shown_field(each, "entry.document.name"),
                   result.empty() ? shown_field(each, "entry.rule") : result});
    }
    return table.str();
}

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

Result<Report> run_list(const Invocation& invocation, const LedgerOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/ledger/entries" + list_query(options));
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto& entries = in.list("entries");
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, entry_listing(entries)};
}

Result<Report> run_show(const Invocation& invocation, const LedgerOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/ledger/entries/" + std::to_string(options.index));
    if (!answer) return answer.error();
    Table table;
    table.row({"index", shown_field(*answer, "index")});
    if (const auto* object = answer->if_object(); object != nullptr && object->contains("entry"))
        add_fields(table, object->at("entry"), "");
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

Result<Report> run_key(const Invocation& invocation, const LedgerOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto key = fetch_ledger_key(*api);
    if (!key) return key.error();
    return Report{boost::json::object{{"verifier_key", key->verifier.encode()}}, key->verifier.encode() + "\n"};
}

Result<Report> run_verify(const Invocation& invocation, const LedgerOptions& options) {
    return verify_daemons_ledger(invocation, options.verify);
}

void add_list(CLI::App& group, Invocation& invocation, const std::shared_ptr<LedgerOptions>& options) {
    CLI::App& list = add_command(group, "list",
                                 {"The use ledger (用印台賬): every use, refusal and change, in order.",
                                  "auditors, administrators and custodians see all; others what they did themselves.",
                                  "sealctl ledger list --seal contract --kind outcome --limit 20"});
    list.add_option("--seal", options->seal, "only this seal");
    list.add_option("--person", options->person, "only what this person did");
    list.add_option("--application", options->application, "only this application");
    list.add_option("--kind", options->kind, "only this kind of entry, such as outcome or refusal");
    list.add_option("--from", options->from, "from this entry on");
    list.add_option("--to", options->to, "up to this entry");
    list.add_option("--limit", options->limit, "at most so many, 1,000 at the most; 100 unless given");
    choose(list, invocation, options, run_list);
}

void add_verify(CLI::App& group, Invocation& invocation, const std::shared_ptr<LedgerOptions>& options) {
    CLI::App& verify =
        add_command(group, "verify",
                    {"Read the whole ledger and check that nothing was changed, removed, reordered or rolled back.",
                     "auditors, administrators and custodians.",
                     "sealctl ledger verify --since checkpoint-2026Q3 --ledger-key ledger.vkey"});
    verify.add_option("--since", options->verify.since, "an earlier checkpoint, kept elsewhere");
    verify.add_option("--ledger-key", options->verify.ledger_key,
                      "the verifier key, or a file with it; ~/.config/seald/ledger.vkey unless given");
    choose(verify, invocation, options, run_verify);
}

}  // namespace

void add_ledger_commands(CLI::App& sealctl, Invocation& invocation) {
    CLI::App& group = add_group(sealctl, "ledger", "The ledger: read it, prove an entry, verify all of it.");
    const auto options = std::make_shared<LedgerOptions>();
    add_list(group, invocation, options);
    CLI::App& show =
        add_command(group, "show",
                    {"One entry with all its fields.", "auditors, administrators, custodians, and whose entry it is.",
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
    choose(add_command(group, "key",
                       {"The ledger's verifier key; compare it over another channel and pin it.", "everybody enrolled.",
                        "sealctl ledger key > ~/.config/seald/ledger.vkey"}),
           invocation, options, run_key);
}

}  // namespace seald
