#include <boost/json/object.hpp>
#include <iostream>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/display_text.hpp"
#include "client/document_files.hpp"
#include "client/enrolled_key.hpp"
#include "client/terminal.hpp"

namespace seald {
namespace {

struct DecisionOptions {
    std::string number, key, module, reason;
    std::vector<std::string> files;
    bool yes = false;
};

Result<ApplicationView> find_application(const ApiClient& api, const std::string& number) {
    const auto answer = api.get("/v1/applications/" + percent_encode(number));
    if (!answer) return answer.error();
    auto application = decode_application(*answer);
    if (!application) return application.error();
    if (!application->open_step) {
        return conflict("step-open", number + " is " + application->state + ": no step of it is open");
    }
    if (!application->may_decide) {
        return refusal("step-role", "the open step of " + number + " is not yours to take",
                       application->open_step->who);
    }
    return application;
}

Approval approval_for(const ApplicationView& application, const OwnIdentity& approver, Decision decision,
                      const std::string& reason) {
    const Timestamp now = from_unix(to_unix(SystemClock().now()));
    std::vector<ApprovedDocument> documents;
    for (const auto& document : application.documents) documents.push_back({document.digest, document.name});
    return Approval{.issuer = approver.id,
                    .audience = approver.daemon,
                    .applicant = application.applicant,
                    .id = new_approval_id(),
                    .issued_at = now,
                    .not_before = now,
                    .expires_at = application.quota ? application.quota->until : now + application.approval_ttl,
                    .application = application.number,
                    .seal = application.seal,
                    .step = application.open_step->name,
                    .decision = decision,
                    .documents = std::move(documents),
                    .quota_uses = application.quota ? std::optional(application.quota->uses) : std::nullopt,
                    .purpose = application.purpose,
                    .reason = reason};
}

// What is shown here is what gets signed. With --json stdout has to stay one document, so then only a question brings
// it, on stderr.
Result<void> show_and_ask(const Invocation& invocation, const ApplicationView& application, Decision decision,
                          const DecisionOptions& options) {
    const auto matched = match_files(options.files, application);
    if (!matched) return matched.error();
    const bool ask = decision == Decision::approve && !options.yes && standard_input_is_terminal();
    if (ask || !invocation.json) {
        std::ostream& screen = invocation.json ? std::cerr : std::cout;
        screen << describe(application);
        for (const auto& each : *matched) {
            screen << printable(each.file.string() + " is " + each.document.name) << '\n';
        }
        screen.flush();
    }
    if (!ask || confirm("Approve? [y/N] ")) return {};
    return refusal("not-confirmed", "not approved: the question was not answered with y");
}

Result<std::string> sign(const Approval& approval, const OwnIdentity& approver, const DecisionOptions& options) {
    const auto key = open_enrolled_key(approver, options.key, options.module);
    if (!key) return key.error();
    return key->sign(approval);
}

Result<Report> decide(const Invocation& invocation, const DecisionOptions& options, Decision decision) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto approver = find_own_identity(*api);
    if (!approver) return approver.error();
    const auto application = find_application(*api, options.number);
    if (!application) return application.error();
    if (auto confirmed = show_and_ask(invocation, *application, decision, options); !confirmed)
        return confirmed.error();
    const auto jws = sign(approval_for(*application, *approver, decision, options.reason), *approver, options);
    if (!jws) return jws.error();
    const auto answer = api->post("/v1/applications/" + percent_encode(options.number) + "/decisions",
                                  boost::json::object{{"approval", *jws}});
    if (!answer) return answer.error();
    const auto after = decode_application(*answer);
    if (!after) return after.error();
    const std::string next = after->open_step ? "; it waits for " + describe_next(*after) : "";
    return Report{*answer, after->number.str() + " is now " + after->state + next + "\n"};
}

Result<Report> run_revoke(const Invocation& invocation, const DecisionOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post("/v1/applications/" + percent_encode(options.number) + "/revoke", boost::json::object{{"reason", options.reason}});
    if (!answer) return answer.error();
    const auto after = decode_application(*answer);
    if (!after) return after.error();
    const std::string next = after->open_step ? "; it waits for " + describe_next(*after) : "";
    return Report{*answer, "your approval no longer counts; " + after->number.str() + " is now " + after->state + next + "\n"};
}

void add_revoke(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<DecisionOptions>();
    CLI::App& command = add_command(sealctl, "revoke",
                                    {"Revoke your own approval (撤銷), as long as something is left to be sealed by it; a quota ends.",
                                     "who approved.", "sealctl revoke A-2026-0001 --reason 'the price changed'"});
    command.add_option("APPLICATION", options->number, "its number")->required();
    command.add_option("--reason", options->reason, "why; mandatory")->required();
    choose(command, invocation, options, run_revoke);
}

void add_decision(CLI::App& sealctl, Invocation& invocation, Decision decision, const CommandHelp& help) {
    const auto options = std::make_shared<DecisionOptions>();
    CLI::App& command = add_command(sealctl, std::string(to_string(decision)), help);
    command.add_option("APPLICATION", options->number, "its number")->required();
    command.add_option("--key", options->key,
                       "your approval key: a file or a pkcs11: URI; ~/.config/seald/approval.key unless given");
    command.add_option("--module", options->module, "the PKCS#11 module for a pkcs11: URI");
    if (decision == Decision::approve) {
        command.add_option("FILE", options->files, "your copies: refuse unless they are what was applied for");
        command.add_option("--comment", options->reason, "a word on it, signed with the approval");
        command.add_flag("--yes", options->yes, "do not ask");
    } else {
        command.add_option("--reason", options->reason, "why; mandatory")->required();
    }
    choose(command, invocation, options,
           [decision](const Invocation& run, const DecisionOptions& given) { return decide(run, given, decision); });
}

}  // namespace

void add_decision_commands(CLI::App& sealctl, Invocation& invocation) {
    const std::string who = "the reviewers or approvers of the application's open step.";
    add_decision(sealctl, invocation, Decision::approve,
                 {"Approve: sign the open step with your own key.", who, "sealctl approve A-2026-0001 contract.pdf"});
    add_decision(
        sealctl, invocation, Decision::reject,
        {"Reject an application for good (駁回).", who, "sealctl reject A-2026-0001 --reason 'the amount is missing'"});
    add_decision(sealctl, invocation, Decision::return_,
                 {"Return an application to be corrected (退回).", who,
                  "sealctl return A-2026-0001 --reason 'annex 2 is missing'"});
    add_revoke(sealctl, invocation);
}

}  // namespace seald
