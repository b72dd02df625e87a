#include <boost/json/object.hpp>
#include <ctime>
#include <iomanip>
#include <sstream>

#include "client/answer_reader.hpp"
#include "client/application_view.hpp"
#include "client/commands/commands.hpp"
#include "client/document_files.hpp"
#include "client/document_transfer.hpp"
#include "client/pdf_files.hpp"
#include "client/private_folder.hpp"

namespace seald {
namespace {

struct ApplicationOptions {
    std::string seal, purpose, type, format = "cms", digest, number, state, reason, until, correct;
    std::string folder = ".";
    std::vector<std::string> files;
    bool mine = false, waiting_for_me = false, digests_only = false, dry_run = false;
    unsigned limit = 0, uses = 0;
    PdfOptions pdf;
};

// The digest that goes with the seal's key, unless another one is asked for.
Result<DigestAlgorithm> digest_for(const ApiClient& api, const ApplicationOptions& options) {
    if (!options.digest.empty()) return decode_digest_algorithm(options.digest);
    const auto seal = api.get("/v1/seals/" + percent_encode(options.seal));
    if (!seal) return seal.error();
    const auto algorithm = decode_key_algorithm(shown_field(*seal, "algorithm"));
    if (!algorithm) return algorithm.error();
    return default_digest(*algorithm);
}

Result<Report> report_application(const boost::json::value& answer) {
    const auto application = decode_application(answer);
    if (!application) return application.error();
    return Report{answer, describe(*application)};
}

// "2026-12-31" is the end of that day here, by this host's clock; or a moment as RFC 3339 has it.
Result<std::string> decode_until(const std::string& text) {
    if (auto moment = decode_rfc3339(text)) return text;
    std::tm local{};
    std::istringstream in(text);
    in >> std::get_time(&local, "%Y-%m-%d");
    if (in.fail() || text.size() != 10) return malformed("--until is a date like 2026-12-31 or a time like 2026-12-31T18:00:00+08:00");
    local.tm_mday += 1;
    local.tm_isdst = -1;
    return to_rfc3339(from_unix(std::mktime(&local)));
}

std::string target_of(const ApplicationOptions& options) {
    return options.correct.empty() ? "/v1/applications" : "/v1/applications/" + percent_encode(options.correct) + "/hand-in";
}

// Before gigabytes are sent for an application that is refused then. What is handed in again is judged with the application.
Result<void> check_would_be_taken(const ApiClient& api, const ApplicationOptions& options, boost::json::object body) {
    if (!options.correct.empty()) return {};
    body["dry_run"] = true;
    const auto answer = api.post(target_of(options), body);
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    if (in.flag("permitted")) return {};
    const auto objections = in.list("objections");
    if (objections.empty()) return malformed("the daemon would not take this application and does not say why");
    return decode_objection(objections.front());
}

// As they will be sealed: PDFs are prepared for it first.
Result<std::vector<DocumentFile>> ready_files(const ApiClient& api, const ApplicationOptions& options, const PrivateFolder& prepared) {
    const auto algorithm = digest_for(api, options);
    if (!algorithm) return algorithm.error();
    if (options.format != pdf_format) return hash_files(options.files, *algorithm);
    if (options.digests_only) return malformed("--digests-only: with --format pades the daemon keeps what was prepared, since that is what is approved and sealed");
    const auto folder = prepared.path();
    if (!folder) return folder.error();
    const auto wish = wish_for(api, options.seal, options.purpose, options.pdf);
    if (!wish) return wish.error();
    return put_covered_parts(options.files, *wish, *algorithm, *folder);
}

// What is applied for: these files, or a number of uses.
Result<boost::json::object> describe_wanted(const ApiClient& api, const ApplicationOptions& options) {
    if (options.pdf.given() && options.format != pdf_format) return malformed("--page, --at, --width and --invisible are for PDF files: --format pades");
    boost::json::object body{{"seal", options.seal}, {"purpose", options.purpose}, {"type", options.type}, {"format", options.format}};
    if (options.uses > 0) {
        if (!options.files.empty()) return malformed("either files or --uses: a number of uses is for documents that are not known yet");
        if (options.pdf.given()) return malformed("where the seal is seen is said when such a file is sealed: sealctl sign --page …");
        const auto until = decode_until(options.until);
        if (!until) return until.error();
        body["quota"] = boost::json::object{{"uses", options.uses}, {"until", *until}};
        return body;
    }
    if (options.files.empty()) return malformed("name the files to be sealed; or --uses N --until TIME for documents that are not known yet");
    const PrivateFolder prepared;
    const auto files = ready_files(api, options, prepared);
    if (!files) return files.error();
    body["documents"] = describe_documents(*files);
    if (options.digests_only || options.dry_run) return body;
    if (auto taken = check_would_be_taken(api, options, body); !taken) return taken.error();
    if (auto handed_in = hand_in(api, *files); !handed_in) return handed_in.error();
    return body;
}

Result<Report> report_prospect(const boost::json::value& answer) {
    AnswerReader in(answer);
    const bool permitted = in.flag("permitted");
    std::string text = permitted ? "it would be taken, and wait for\n" : "it would not be taken:\n";
    for (const auto& objection : in.list("objections")) text += "- " + shown_field(objection, "message") + " (" + shown_field(objection, "rule") + ")\n";
    for (const auto& step : in.list("steps")) {
        text += "  " + shown_field(step, "name") + ", " + shown_field(step, "still_needed") + " of:";
        for (const auto& who : step.as_object().at("who").as_array()) text += " " + std::string(who.as_string()) + ";";
        text.back() = '\n';
    }
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{answer, text, permitted ? ExitCode::done : ExitCode::refused};
}

Result<Report> run_apply(const Invocation& invocation, const ApplicationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    auto body = describe_wanted(*api, options);
    if (!body) return body.error();
    if (options.dry_run) (*body)["dry_run"] = true;
    const auto answer = api->post(target_of(options), *body);
    if (!answer) return answer.error();
    if (options.dry_run) return report_prospect(*answer);
    const auto application = decode_application(*answer);
    if (!application) return application.error();
    return Report{*answer, application->number.str() + (options.correct.empty() ? " submitted" : " handed in again") + "; it waits for " +
                               describe_next(*application) + "\n"};
}

std::string list_query(const ApplicationOptions& options) {
    std::string query = options.mine ? "&filter=mine" : options.waiting_for_me ? "&filter=waiting" : "";
    if (!options.state.empty()) query += "&state=" + percent_encode(options.state);
    if (options.limit != 0) query += "&limit=" + std::to_string(options.limit);
    if (!query.empty()) query.front() = '?';
    return query;
}

Result<Report> run_list(const Invocation& invocation, const ApplicationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/applications" + list_query(options));
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    std::vector<ApplicationView> applications;
    for (const auto& item : in.list("applications")) {
        auto application = decode_application(item);
        if (!application) return application.error();
        applications.push_back(std::move(*application));
    }
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, application_listing(applications)};
}

Result<Report> run_show(const Invocation& invocation, const ApplicationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/applications/" + percent_encode(options.number));
    if (!answer) return answer.error();
    return report_application(*answer);
}

Result<Report> run_fetch(const Invocation& invocation, const ApplicationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/applications/" + percent_encode(options.number));
    if (!answer) return answer.error();
    const auto application = decode_application(*answer);
    if (!application) return application.error();
    boost::json::array places;
    std::string text;
    for (std::size_t i = 0; i < application->documents.size(); ++i) {
        const auto& document = application->documents[i];
        if (!document.stored) {
            text += document.name + ": only its digest was handed in\n";
            continue;
        }
        const auto place = fetch_document(*api, document, i, options.folder);
        if (!place) return place.error();
        if (application->format == pdf_format)
            if (auto whole = make_whole(*place); !whole) return whole.error();
        text += place->string() + ": as applied for\n";
        places.push_back(boost::json::string(place->string()));
    }
    return Report{boost::json::object{{"application", application->number.str()}, {"files", std::move(places)}}, text};
}

Result<Report> run_withdraw(const Invocation& invocation, const ApplicationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    boost::json::object body;
    if (!options.reason.empty()) body["reason"] = options.reason;
    const auto answer = api->post("/v1/applications/" + percent_encode(options.number) + "/withdraw", body);
    if (!answer) return answer.error();
    return report_application(*answer);
}

void add_apply(CLI::App& sealctl, Invocation& invocation, const std::shared_ptr<ApplicationOptions>& options) {
    CLI::App& apply = add_command(
        sealctl, "apply",
        {"Apply to use a seal on these files (用印申請). The files are handed in, so that those who decide open exactly what\n"
         "will be sealed; done again after an interruption, it sends only what is not there yet (a PDF with --format pades: anew).",
         "applicants and programs that the seal's policy lists as users.",
         "sealctl apply --seal contract --purpose '與廣州公司的供貨合同' --type 'sales contract' contract.pdf\n"
         "         sealctl apply --seal contract --purpose '…' --type 'sales contract' --format pades --page 3 --at 120,40 contract.pdf"});
    apply.add_option("--seal", options->seal, "the seal's name")->required();
    apply.add_option("--purpose", options->purpose, "what for; the approvers read it")->required();
    apply.add_option("--type", options->type, "the type of document")->required();
    apply.add_option("FILE", options->files, "the files to be sealed");
    auto* uses = apply.add_option("--uses", options->uses, "instead of files: so many uses, where the seal's policy allows it (授權)");
    auto* until = apply.add_option("--until", options->until, "until then: a date, or a time like 2026-12-31T18:00:00+08:00");
    uses->needs(until);
    until->needs(uses);
    auto* dry_run = apply.add_flag("--dry-run", options->dry_run, "only say what would happen, and who would decide");
    apply.add_option("--correct", options->correct, "hand in this returned application again, corrected; it keeps its number and history")
        ->excludes(dry_run);
    apply.add_option("--format", options->format, "cms: a signature beside the file; pades: inside the PDF, with the seal's picture on a page; raw")->capture_default_str();
    add_pdf_options(apply, options->pdf);
    apply.add_option("--digest", options->digest, "sha256, sha384 or sha512; what suits the seal's key unless given");
    apply.add_flag("--digests-only", options->digests_only, "send digests and names, not the files: those who decide need them by another way");
    choose(apply, invocation, options, run_apply);
}

}  // namespace

void add_application_commands(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<ApplicationOptions>();
    add_apply(sealctl, invocation, options);
    CLI::App& group = add_group(sealctl, "application", "Applications to use a seal.");

    CLI::App& list =
        add_command(group, "list",
                    {"Applications that you may see, newest first.", "everybody enrolled; reviewers and up see all.",
                     "sealctl application list --waiting-for-me"});
    auto* mine = list.add_flag("--mine", options->mine, "only your own");
    list.add_flag("--waiting-for-me", options->waiting_for_me, "only those whose open step you may take")
        ->excludes(mine);
    list.add_option("--state", options->state,
                    "submitted, reviewed, approved, partly-sealed, sealed, rejected, returned, withdrawn or expired");
    list.add_option("--limit", options->limit, "at most so many");
    choose(list, invocation, options, run_list);

    CLI::App& show = add_command(group, "show",
                                 {"One application: files with digests, decisions, who decides next.",
                                  "its applicant, and reviewers and up.", "sealctl application show A-2026-0001"});
    show.add_option("APPLICATION", options->number, "its number")->required();
    choose(show, invocation, options, run_show);

    CLI::App& fetch = add_command(group, "fetch",
                                  {"Fetch the documents of an application, to read exactly what will be sealed; each is checked against its digest.",
                                   "its applicant, those who decide on it, auditors.", "sealctl application fetch A-2026-0001 /tmp/to-read"});
    fetch.add_option("APPLICATION", options->number, "its number")->required();
    fetch.add_option("DIR", options->folder, "where to; the current folder unless given");
    choose(fetch, invocation, options, run_fetch);

    CLI::App& withdraw =
        add_command(group, "withdraw",
                    {"Take an application back (撤回).", "its applicant.", "sealctl application withdraw A-2026-0001"});
    withdraw.add_option("APPLICATION", options->number, "its number")->required();
    withdraw.add_option("--reason", options->reason, "why");
    choose(withdraw, invocation, options, run_withdraw);
}

}  // namespace seald
