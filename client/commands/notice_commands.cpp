#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

struct NoOptions {};

Result<Report> run_test(const Invocation& invocation, const NoOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    // Longer than the daemon waits for a command.
    const auto answer = api->with_time_limit(std::chrono::seconds(60)).post("/v1/notices/test", boost::json::object());
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    Table table({"CHANNEL", "DELIVERED", "ANSWER"});
    bool all = true;
    for (const auto& each : in.list("channels")) {
        all = all && AnswerReader(each).flag("delivered");
        table.row({shown_field(each, "channel"), shown_field(each, "delivered"), shown_field(each, "answer")});
    }
    if (auto understood = in.finish(); !understood) return understood.error();
    if (in.list("channels").empty()) return not_found("nobody is told anything: [notify] in the configuration says by which command or webhook");
    return Report{*answer, table.str(), all ? ExitCode::done : ExitCode::unavailable};
}

}  // namespace

void add_notice_commands(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<NoOptions>();
    CLI::App& notify = add_group(sealctl, "notify", "Notices: who hears that something waits, and what became of it.");
    CLI::App& test = add_command(notify, "test",
                                 {"Send a test notice by every configured channel, now and once, and say what came back from each.\n"
                                  "Exit code 4 where one did not take it.",
                                  "administrators.", "sealctl notify test"});
    choose(test, invocation, options, run_test);
}

}  // namespace seald
