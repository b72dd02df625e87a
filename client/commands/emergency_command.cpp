#include <boost/json/array.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/stop_report.hpp"

namespace seald {
namespace {

struct EmergencyOptions {
    std::vector<std::string> seals;
    std::string reason;
};

Result<Report> stop(const Invocation& invocation, const std::string& path, boost::json::object body) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post(path, std::move(body));
    if (!answer) return answer.error();
    return stop_report(*answer);
}

Result<Report> run_stop(const Invocation& invocation, const EmergencyOptions& options) {
    boost::json::object body{{"reason", options.reason}};
    if (!options.seals.empty()) body["seals"] = boost::json::array(options.seals.begin(), options.seals.end());
    return stop(invocation, "/v1/emergency-stop", std::move(body));
}

struct LostOptions {
    std::string name, reason;
};

Result<Report> run_lost(const Invocation& invocation, const LostOptions& options) {
    return stop(invocation, "/v1/seals/" + percent_encode(options.name) + "/lost", {{"reason", options.reason}});
}

}  // namespace

void add_emergency_command(CLI::App& sealctl, Invocation& invocation) {
    const auto options = std::make_shared<EmergencyOptions>();
    CLI::App& command = add_command(
        sealctl, "emergency-stop",
        {"Stop seals at once (應急): when it returns, no signature leaves any more. They are suspended, every\n"
         "approval that could still use them is void, and the tokens with their keys are locked. Works when\n"
         "the token is gone. For a key that is lost or stolen for good, see `seal lost`.",
         "custodians, administrators, approvers and auditors; one person is enough.",
         "sealctl emergency-stop contract --reason 'USB key missing from the safe'"});
    command.add_option("SEAL", options->seals, "which; without any: every seal");
    command.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
    choose(command, invocation, options, run_stop);
}

void add_lost_command(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<LostOptions>();
    CLI::App& lost = add_command(
        seal_group, "lost",
        {"Report a seal lost or compromised (掛失), for good: it never signs again. Every approval that could\n"
         "still use it is void and its tokens are locked. Works when the token is gone. To stop while looking\n"
         "for it, see `sealctl emergency-stop`.",
         "custodians, administrators, approvers and auditors; one person is enough.",
         "sealctl seal lost contract --reason 'USB key stolen with the bag'"});
    lost.add_option("NAME", options->name, "the seal")->required();
    lost.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
    choose(lost, invocation, options, run_lost);
}

}  // namespace seald
