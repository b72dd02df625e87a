#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"
#include "core/time.hpp"

namespace seald {
namespace {

struct StaffOptions {
    std::string person, course, until, text;
};

Result<Report> run_record_training(const Invocation& invocation, const StaffOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    // A date is its end: the record is valid through that day.
    const std::string until = options.until.size() == 10 ? options.until + "T23:59:59Z" : options.until;
    if (const auto moment = decode_rfc3339(until); !moment) return moment.error();
    const auto answer = api->post("/v1/training", boost::json::object{{"person", options.person}, {"course", options.course}, {"until", until}});
    if (!answer) return answer.error();
    return Report{*answer, options.person + " was trained in " + options.course + ", valid until " + short_time(shown_field(*answer, "until")) + "\n"};
}

Result<Report> run_list_training(const Invocation& invocation, const StaffOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/training");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    Table table({"PERSON", "COURSE", "UNTIL", "VALID", "RECORDED BY"});
    for (const auto& each : in.list("training"))
        table.row({shown_field(each, "person"), shown_field(each, "course"), short_time(shown_field(each, "until")), shown_field(each, "valid"),
                   shown_field(each, "recorded_by")});
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, table.str()};
}

Result<Report> run_add_feedback(const Invocation& invocation, const StaffOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post("/v1/feedback", boost::json::object{{"text", options.text}});
    if (!answer) return answer.error();
    return Report{*answer, "noted in the ledger, entry " + shown_field(*answer, "ledger_index") + "\n"};
}

Result<Report> run_list_feedback(const Invocation& invocation, const StaffOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/feedback");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    Table table({"WHEN", "WHO", "WHAT"});
    for (const auto& each : in.list("feedback"))
        table.row({short_time(shown_field(each, "entry.time")), shown_field(each, "entry.caller.id"), shown_field(each, "entry.text")});
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, table.str()};
}

Result<Report> run_reload(const Invocation& invocation, const StaffOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post("/v1/reload", boost::json::object());
    if (!answer) return answer.error();
    return Report{*answer, "in force: " + shown_field(*answer, "persons") + " persons, " + shown_field(*answer, "seal_policies") +
                               " seal policies; policy " + shown_field(*answer, "policy_sha256") + "\n"};
}

}  // namespace

void add_staff_commands(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<StaffOptions>();
    CLI::App& training = add_group(sealctl, "training", "Training records (培訓), which a seal's policy may demand of its users.");
    CLI::App& record = add_command(training, "record",
                                   {"Record that somebody was trained.", "custodians and administrators, of others.",
                                    "sealctl training record li.na seal-use-2026 --until 2027-06-30"});
    record.add_option("PERSON", options->person, "the id of who was trained")->required();
    record.add_option("COURSE", options->course, "as the policy names it")->required();
    record.add_option("--until", options->until, "valid through this day, or until a moment like 2027-06-30T18:00:00+08:00")->required();
    choose(record, invocation, options, run_record_training);
    CLI::App& list = add_command(training, "list", {"Training records.", "everybody his own; custodians, administrators and auditors all.", "sealctl training list"});
    choose(list, invocation, options, run_list_training);

    CLI::App& feedback = add_group(sealctl, "feedback", "What people say about the process (反饋).");
    CLI::App& add = add_command(feedback, "add", {"Say what should be better; it goes into the ledger.", "everybody enrolled.", "sealctl feedback add 'two days for a review is too long'"});
    add.add_option("TEXT", options->text, "in your words")->required();
    choose(add, invocation, options, run_add_feedback);
    CLI::App& read = add_command(feedback, "list", {"What was said.", "everybody his own; custodians, administrators and auditors all.", "sealctl feedback list"});
    choose(read, invocation, options, run_list_feedback);

    CLI::App& reload = add_command(sealctl, "reload",
                                   {"Load people and policies anew, without a restart: all of it or, when there is a mistake anywhere, nothing. Who was\n"
                                    "taken out can do nothing more once this is done.",
                                    "administrators and custodians.", "sealctl reload"});
    choose(reload, invocation, options, run_reload);
}

}  // namespace seald
