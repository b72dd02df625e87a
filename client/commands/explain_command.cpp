#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/approval_files.hpp"
#include "client/commands/commands.hpp"
#include "client/document_files.hpp"

namespace seald {
namespace {

struct ExplainOptions {
    std::string seal, application;
    std::vector<std::string> files;
};

Result<Report> explain_application(const ApiClient& api, const ExplainOptions& options) {
    boost::json::object body{{"application", options.application}, {"format", "cms"}};
    if (!options.files.empty()) {
        const auto answer = api.get("/v1/applications/" + percent_encode(options.application));
        if (!answer) return answer.error();
        const auto application = decode_application(*answer);
        if (!application) return application.error();
        const auto matched = match_files(options.files, *application);
        if (!matched) return matched.error();
        boost::json::array documents;
        for (const auto& each : *matched) {
            documents.push_back(
                boost::json::object{{"digest", describe_digest(each.document.digest)}, {"name", each.document.name}});
        }
        body["documents"] = std::move(documents);
    }
    const auto answer = api.post("/v1/seals/" + percent_encode(options.seal) + "/explain", body);
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const bool permitted = in.flag("permitted");
    const bool proof = !in.find_text("prove").empty();
    std::string text = permitted
                           ? "permitted: " + options.application + " can be sealed with " + options.seal + " now\n"
                           : "not permitted:\n";
    for (const auto& objection : in.list("objections")) {
        if (objection.is_object()) text += "- " + describe_error(decode_objection(objection)) + "\n";
    }
    if (proof) text += "whoever seals proves it with his own key: sealctl sign --key FILE\n";
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, text, permitted ? ExitCode::done : ExitCode::refused};
}

// Without an application only the seal itself can be judged.
Result<Report> explain_seal(const ApiClient& api, const std::string& name) {
    const auto seal = api.get("/v1/seals/" + percent_encode(name));
    if (!seal) return seal.error();
    AnswerReader in(*seal);
    const bool usable = in.flag("usable");
    const std::string why_not = in.find_text("why_not");
    if (auto understood = in.finish(); !understood) return understood.error();
    const std::string text =
        usable ? "seal " + name + " can be used; --application says whether an application permits it\n"
               : "not permitted:\n- " + why_not + "\n";
    boost::json::object document{{"seal", name},
                                 {"usable", usable},
                                 {"why_not", usable ? boost::json::value(nullptr) : boost::json::value(why_not)}};
    return Report{document, text, usable ? ExitCode::done : ExitCode::refused};
}

Result<Report> run_explain(const Invocation& invocation, const ExplainOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    return options.application.empty() ? explain_seal(*api, options.seal) : explain_application(*api, options);
}

}  // namespace

void add_explain_command(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<ExplainOptions>();
    CLI::App& explain =
        add_command(sealctl, "explain",
                    {"Would it be allowed now, and if not, who or what is missing? Exit code 0 if it would, 1 if not; "
                     "nothing is spent.",
                     "everybody enrolled.", "sealctl explain --seal contract --application A-2026-0001"});
    explain.add_option("--seal", options->seal, "the seal's name")->required();
    auto* application = explain.add_option("--application", options->application, "the application");
    explain.add_option("FILE", options->files, "only these of its documents")->needs(application);
    choose(explain, invocation, options, run_explain);
}

}  // namespace seald
