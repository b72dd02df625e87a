#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/ledger_verify.hpp"
#include "client/ledger_range.hpp"
#include "client/reports/audit.hpp"
#include "client/reports/compromise.hpp"
#include "client/reports/evaluation.hpp"
#include "client/user_files.hpp"
#include "core/digest.hpp"

namespace seald {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct ReportOptions {
    std::string quarter, year, seal, from, to, html, proofs, file, period, remarks;
    std::string hours = "Mon-Fri 08:00-18:00";
    LedgerVerifyOptions verify;
};

// As words and JSON on stdout, and as a page where one was asked for.
Result<Report> present(const reports::Document& document, const std::string& html, ExitCode exit = ExitCode::done) {
    if (html.empty()) return Report{reports::to_json(document), reports::to_text(document), exit};
    const std::string page = reports::to_html(document);
    if (auto written = write_file(html, as_bytes(page), IfExists::refuse); !written) return written.error();
    return Report{reports::to_json(document), html + " is written; sealctl report sign-off " + html + " records that you have read it\n", exit};
}

Result<json::array> list_of(const ApiClient& api, const std::string& target, const std::string& field) {
    const auto answer = api.get(target);
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    auto list = in.list(field);
    if (auto understood = in.finish(); !understood) return understood.error();
    return list;
}

std::vector<Check> checks_of(const Report& verified) {
    std::vector<Check> checks;
    AnswerReader in(verified.document);
    for (const auto& each : in.list("checks")) {
        const std::string outcome = shown_field(each, "outcome");
        checks.push_back({shown_field(each, "check"), outcome == "passed" ? Outcome::passed : outcome == "failed" ? Outcome::failed : Outcome::not_checked,
                          shown_field(each, "message")});
    }
    return checks;
}

Result<reports::AuditInput> collect_audit(const Invocation& invocation, const ReportOptions& options) {
    const auto period = reports::decode_quarter(options.quarter);
    if (!period) return period.error();
    const auto hours = reports::OfficeHours::decode(options.hours);
    if (!hours) return hours.error();
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto verified = verify_daemons_ledger(invocation, options.verify);
    if (!verified) return verified.error();
    auto entries = reports::read_entries(*api, reports::since_until(*period));
    if (!entries) return entries.error();
    if (auto whole = reports::put_back_approvals(*api, *entries); !whole) return whole.error();
    auto later = reports::read_entries(*api, "&kind=intent&since=" + to_rfc3339(period->until));
    if (!later) return later.error();
    auto later_outcomes = reports::read_entries(*api, "&kind=outcome&since=" + to_rfc3339(period->until));
    if (!later_outcomes) return later_outcomes.error();
    later->insert(later->end(), later_outcomes->begin(), later_outcomes->end());
    auto sign_offs = reports::read_entries(*api, "&kind=audit-sign-off");
    if (!sign_offs) return sign_offs.error();
    auto seals = list_of(*api, "/v1/seals", "seals");
    if (!seals) return seals.error();
    auto tokens = list_of(*api, "/v1/tokens", "tokens");
    if (!tokens) return tokens.error();
    return reports::AuditInput{.period = *period,
                               .hours = *hours,
                               .now = SystemClock().now(),
                               .entries = std::move(*entries),
                               .later = std::move(*later),
                               .sign_offs = std::move(*sign_offs),
                               .seals = std::move(*seals),
                               .tokens = std::move(*tokens),
                               .ledger = checks_of(*verified)};
}

Result<Report> run_audit(const Invocation& invocation, const ReportOptions& options) {
    const auto input = collect_audit(invocation, options);
    if (!input) return input.error();
    return present(reports::audit(*input), options.html, any_failed(input->ledger) ? ExitCode::verification_failed : ExitCode::done);
}

Result<Report> run_evaluation(const Invocation& invocation, const ReportOptions& options) {
    const auto period = reports::decode_year(options.year);
    if (!period) return period.error();
    const auto api = invocation.connect();
    if (!api) return api.error();
    auto entries = reports::read_entries(*api, reports::since_until(*period));
    if (!entries) return entries.error();
    return present(reports::evaluate({.period = *period, .now = SystemClock().now(), .entries = std::move(*entries)}), options.html);
}

Result<void> write_proofs(const ApiClient& api, const reports::Entries& entries, const fs::path& folder) {
    std::error_code failed;
    fs::create_directories(folder, failed);
    for (const auto index : reports::entries_to_prove(entries)) {
        const auto receipt = api.get_text("/v1/ledger/entries/" + std::to_string(index) + "/proof");
        if (!receipt) return receipt.error();
        auto written = write_file(folder / (std::to_string(index) + ".receipt"), as_bytes(*receipt), IfExists::replace);
        if (!written) return written;
    }
    return {};
}

Result<Report> run_compromise(const Invocation& invocation, const ReportOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto range = range_query(options.from, options.to);
    if (!range) return range.error();
    auto entries = reports::read_entries(*api, *range + "&seal=" + percent_encode(options.seal));
    if (!entries) return entries.error();
    if (!options.proofs.empty())
        if (auto written = write_proofs(*api, *entries, options.proofs); !written) return written.error();
    const reports::CompromiseInput input{.seal = options.seal,
                                         .from = options.from,
                                         .to = options.to,
                                         .now = SystemClock().now(),
                                         .entries = std::move(*entries),
                                         .proofs = options.proofs};
    return present(reports::compromise(input), options.html);
}

Result<Report> run_sign_off(const Invocation& invocation, const ReportOptions& options) {
    const auto digest = Digest::of_file(DigestAlgorithm::sha256, options.file);
    if (!digest) return digest.error();
    const auto api = invocation.connect();
    if (!api) return api.error();
    const json::object body{{"report_sha256", digest->hex()}, {"period", options.period}, {"remarks", options.remarks}};
    const auto answer = api->post("/v1/ledger/sign-offs", body);
    if (!answer) return answer.error();
    return Report{*answer, "signed off in ledger entry " + shown_field(*answer, "ledger_index") + "; sha256 " + digest->hex() + "\n"};
}

using Options = std::shared_ptr<ReportOptions>;

void add_audit(CLI::App& group, Invocation& invocation, const Options& options) {
    CLI::App& audit = add_command(group, "audit",
                                  {"The quarterly audit (季度審計): uses per seal and person, refusals, uses out of hours, approvals left over, seals "
                                   "near expiry, tokens, and whether the ledger verifies.",
                                   "auditors, administrators and custodians.", "sealctl report audit --quarter 2026Q4 --html audit-2026Q4.html"});
    audit.add_option("--quarter", options->quarter, "like 2026Q4, in UTC")->required();
    audit.add_option("--hours", options->hours, "office hours, by this machine's clock ($TZ)")->capture_default_str();
    audit.add_option("--html", options->html, "write one printable page with plots, instead of words");
    audit.add_option("--ledger-key", options->verify.ledger_key, "the verifier key, or a file with it; ~/.config/seald/ledger.vkey unless given");
    audit.add_option("--since", options->verify.since, "an earlier checkpoint that the ledger must have grown from");
    choose(audit, invocation, options, run_audit);
}

void add_evaluation(CLI::App& group, Invocation& invocation, const Options& options) {
    CLI::App& evaluation = add_command(group, "evaluation",
                                       {"The yearly evaluation (年度評估): turnaround, what was turned down, incidents, training, feedback.",
                                        "auditors, administrators and custodians.", "sealctl report evaluation --year 2026"});
    evaluation.add_option("--year", options->year, "like 2026, in UTC")->required();
    evaluation.add_option("--html", options->html, "write one printable page with plots, instead of words");
    choose(evaluation, invocation, options, run_evaluation);
}

void add_compromise(CLI::App& group, Invocation& invocation, const Options& options) {
    CLI::App& compromise = add_command(group, "compromise",
                                       {"What a seal was used for while it may have been in wrong hands: every digest, caller and approver, with proofs.",
                                        "auditors, administrators and custodians.",
                                        "sealctl report compromise contract --from 2026-11-01 --to 2026-11-23 --proofs proofs"});
    compromise.add_option("SEAL", options->seal, "the seal")->required();
    compromise.add_option("--from", options->from, "from this day, time or entry on");
    compromise.add_option("--to", options->to, "up to this day or time (a day is included), or before this entry");
    compromise.add_option("--proofs", options->proofs, "a folder for the receipt of every use, which verifies offline");
    compromise.add_option("--html", options->html, "write one printable page, instead of words");
    choose(compromise, invocation, options, run_compromise);
}

void add_sign_off(CLI::App& group, Invocation& invocation, const Options& options) {
    CLI::App& sign_off = add_command(group, "sign-off",
                                     {"Record in the ledger that you have read a report: the file's SHA-256, the period, your remarks.", "auditors.",
                                      "sealctl report sign-off audit-2026Q4.html --period 2026Q4 --remarks \"no objections\""});
    sign_off.add_option("FILE", options->file, "the report, exactly as it is filed")->required();
    sign_off.add_option("--period", options->period, "what it is about, like 2026Q4")->required();
    sign_off.add_option("--remarks", options->remarks, "what the auditor has to say");
    choose(sign_off, invocation, options, run_sign_off);
}

}  // namespace

void add_report_commands(CLI::App& sealctl, Invocation& invocation) {
    CLI::App& group = add_group(sealctl, "report", "Reports from the ledger: audit, evaluation, compromise; and signing them off.");
    const auto options = std::make_shared<ReportOptions>();
    add_audit(group, invocation, options);
    add_evaluation(group, invocation, options);
    add_compromise(group, invocation, options);
    add_sign_off(group, invocation, options);
}

}  // namespace seald
