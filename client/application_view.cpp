#include "client/application_view.hpp"

#include "client/answer_reader.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

Result<ApplicationView::Document> decode_document(const boost::json::value& answer) {
    AnswerReader in(answer);
    const std::string name = in.text("name");
    const bool sealed = in.flag("sealed");
    const bool stored = in.flag("stored");
    const auto* digest = in.find_object("digest");
    if (auto done = in.finish(); !done) return done.error();
    if (digest == nullptr) return unavailable("the daemon's answer is not understood: a document has no digest", false);
    AnswerReader inner(*digest);
    const std::string algorithm = inner.text("alg");
    const std::string value = inner.text("value");
    if (auto done = inner.finish(); !done) return done.error();
    auto decoded = Digest::decode(algorithm, value);
    if (!decoded) return decoded.error();
    return ApplicationView::Document{*decoded, name, sealed, stored};
}

Result<std::vector<ApplicationView::Document>> decode_documents(const boost::json::array& list) {
    std::vector<ApplicationView::Document> documents;
    for (const auto& item : list) {
        auto document = decode_document(item);
        if (!document) return document.error();
        documents.push_back(std::move(*document));
    }
    return documents;
}

std::string person(const std::string& id, const std::string& name) {
    return name.empty() ? id : id + " (" + name + ")";
}

std::vector<ApplicationView::Decided> read_decisions(const boost::json::array& list) {
    std::vector<ApplicationView::Decided> decisions;
    for (const auto& item : list) {
        AnswerReader in(item);
        const std::string acting_for = shown_field(item, "acting_for");
        decisions.push_back({shown_field(item, "step"), shown_field(item, "decision"),
                             person(shown_field(item, "approver"), shown_field(item, "approver_name")) +
                                 (acting_for.empty() ? "" : " for " + acting_for),
                             shown_field(item, "decided_at"), shown_field(item, "reason"),
                             in.find_integer("round").value_or(1), !shown_field(item, "revoked_at").empty()});
    }
    return decisions;
}

Result<ApplicationView::OpenStep> decode_open_step(const boost::json::value& answer) {
    AnswerReader in(answer);
    auto name = StepName::decode(in.text("name"));
    const std::string role = in.find_text("role");
    const std::int64_t still_needed = in.integer("still_needed");
    std::vector<std::string> who;
    for (const auto& item : in.list("who")) {
        if (item.is_string()) who.emplace_back(item.get_string());
    }
    if (auto done = in.finish(); !done) return done.error();
    if (!name) return name.error();
    return ApplicationView::OpenStep{std::move(*name), role, still_needed, std::move(who)};
}

Result<std::optional<ApplicationView::Quota>> decode_quota(const boost::json::value* answer) {
    if (answer == nullptr) return std::optional<ApplicationView::Quota>();
    AnswerReader in(*answer);
    const std::int64_t uses = in.integer("uses"), used = in.integer("used");
    const std::string until_text = in.text("until");
    if (auto done = in.finish(); !done) return done.error();
    const auto until = decode_rfc3339(until_text);
    if (!until) return until.error();
    return std::optional(ApplicationView::Quota{static_cast<unsigned>(uses), static_cast<unsigned>(used), *until});
}

std::string describe_quota(const ApplicationView::Quota& quota) {
    return std::to_string(quota.uses) + " uses until " + short_time(to_rfc3339(quota.until)) + ", " + std::to_string(quota.used) + " used";
}

std::string joined(const std::vector<std::string>& items, const std::string& separator) {
    std::string text;
    for (const std::string& item : items) text += (text.empty() ? "" : separator) + item;
    return text;
}

}  // namespace

Result<ApplicationView> decode_application(const boost::json::value& answer) {
    AnswerReader in(answer);
    const std::string number_text = in.text("number"), seal_text = in.text("seal"),
                      applicant_text = in.text("applicant");
    const std::string applicant_name = in.find_text("applicant_name"), department = in.find_text("department");
    const std::string purpose = in.text("purpose"), type = in.text("type"), format = in.text("format"),
                      state = in.text("state");
    const std::string submitted_at = in.text("submitted_at"), daemon = in.text("daemon");
    const auto& document_list = in.list("documents");
    const auto& decision_list = in.list("decisions");
    const auto* step = in.find_object("open_step");
    const bool may_decide = in.flag("may_decide");
    const std::int64_t ttl = in.integer("approval_ttl_seconds");
    const std::int64_t round = in.find_integer("round").value_or(1);
    const auto* quota_object = in.find_object("quota");
    if (auto done = in.finish(); !done) return done.error();

    auto number = ApplicationNumber::decode(number_text);
    if (!number) return number.error();
    auto seal = SealName::decode(seal_text);
    if (!seal) return seal.error();
    auto applicant = PersonId::decode(applicant_text);
    if (!applicant) return applicant.error();
    auto documents = decode_documents(document_list);
    if (!documents) return documents.error();
    auto quota = decode_quota(quota_object);
    if (!quota) return quota.error();
    std::optional<ApplicationView::OpenStep> open_step;
    if (step != nullptr) {
        auto decoded = decode_open_step(*step);
        if (!decoded) return decoded.error();
        open_step = std::move(*decoded);
    }
    return ApplicationView{*number,
                           *seal,
                           *applicant,
                           applicant_name,
                           department,
                           purpose,
                           type,
                           format,
                           state,
                           submitted_at,
                           daemon,
                           std::move(*documents),
                           read_decisions(decision_list),
                           std::move(open_step),
                           may_decide,
                           seconds(ttl),
                           round,
                           std::move(*quota)};
}

std::string describe_next(const ApplicationView& application) {
    if (!application.open_step) return "no step is open";
    const auto& step = *application.open_step;
    const std::string who = step.who.empty() ? "nobody enrolled can take it" : joined(step.who, ", ");
    return step.name.str() + " (" + step.role + "), " + std::to_string(step.still_needed) + " of: " + who;
}

std::string describe(const ApplicationView& application) {
    Table table;
    table.row({"application", application.number.str() + " (" + application.state + ")"});
    table.row({"seal", application.seal.str()});
    const std::string department = application.department.empty() ? "" : ", " + application.department;
    table.row({"applicant", person(application.applicant.str(), application.applicant_name) + department});
    table.row({"purpose", application.purpose});
    table.row({"type", application.type + " (" + application.format + ")"});
    table.row({"submitted", short_time(application.submitted_at) + (application.round > 1 ? ", handed in for the " + std::to_string(application.round) + ". time" : "")});
    if (application.quota) table.row({"grants", describe_quota(*application.quota)});
    table.row({"waits for", describe_next(application)});
    Table documents;
    for (const auto& document : application.documents) {
        documents.row({document.name, std::string(to_string(document.digest.algorithm())) + ":" + document.digest.hex(),
                       document.sealed ? "sealed" : "", document.stored ? "" : "digest only"});
    }
    std::string text = table.str();
    if (!application.documents.empty()) text += "documents\n" + documents.str(2);
    if (application.decisions.empty()) return text;
    Table decisions;
    for (const auto& each : application.decisions)
        decisions.row({each.step, each.decision, each.by, short_time(each.at),
                       each.revoked ? "revoked" : each.round < application.round ? "round " + std::to_string(each.round) : "", each.reason});
    return text + "decisions\n" + decisions.str(2);
}

std::string application_listing(const std::vector<ApplicationView>& applications) {
    if (applications.empty()) return "no applications\n";
    Table table({"APPLICATION", "STATE", "SEAL", "APPLICANT", "FILES", "SUBMITTED", "PURPOSE", "WAITS FOR"});
    for (const auto& each : applications) {
        const std::string waits =
            each.open_step ? each.open_step->name.str() + ": " + joined(each.open_step->who, ", ") : "";
        table.row({each.number.str(), each.state, each.seal.str(), person(each.applicant.str(), each.applicant_name),
                   std::to_string(each.documents.size()), short_time(each.submitted_at), each.purpose, waits});
    }
    return table.str();
}

}  // namespace seald
