// Looking things up in the register of seals (印章台賬).
#include <boost/json/array.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/listings.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

struct RegisterOptions {
    std::string name, at;
};

Result<Report> run_list(const Invocation& invocation, const RegisterOptions&) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get("/v1/seals");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto& seals = in.list("seals");
    if (auto understood = in.finish(); !understood) return understood.error();
    return Report{*answer, seal_listing(seals)};
}

Result<Report> run_show(const Invocation& invocation, const RegisterOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const std::string query = options.at.empty() ? "" : "?at=" + percent_encode(options.at);
    const auto answer = api->get("/v1/seals/" + percent_encode(options.name) + query);
    if (!answer) return answer.error();
    if (options.at.empty()) return Report{*answer, describe_seal(*answer)};
    Table table;
    table.row({"seal", shown_field(*answer, "name")});
    table.row({"at", shown_field(*answer, "at")});
    table.row({"state", shown_field(*answer, "state")});
    table.row({"ledger entry", shown_field(*answer, "ledger_index")});
    table.row({"version", shown_field(*answer, "version")});
    if (const std::string serial = shown_field(*answer, "certificate.serial"); !serial.empty())
        table.row({"certificate", "serial " + serial + ", SHA-256 " + shown_field(*answer, "certificate.sha256")});
    return Report{*answer, table.str()};
}

}  // namespace

void add_seal_register_commands(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<RegisterOptions>();
    choose(add_command(seal_group, "list", {"All seals.", "everybody enrolled.", "sealctl seal list"}), invocation, options, run_list);
    CLI::App& show = add_command(seal_group, "show",
                                 {"One seal, with all its versions, now; or its state, key and certificate at a past time.", "everybody enrolled.",
                                  "sealctl seal show contract --at 2026-11-01T00:00:00Z"});
    show.add_option("NAME", options->name, "the seal's name")->required();
    show.add_option("--at", options->at, "as it was then (RFC 3339)");
    choose(show, invocation, options, run_show);
}

}  // namespace seald
