// Another key for a seal: replace, cut-over, withdraw-replacement.
#include "client/answer_reader.hpp"
#include "client/certificate_request.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/listings.hpp"

namespace seald {
namespace {

struct RotationOptions {
    std::string name, reason, token, algorithm, common_name, csr, at;
    int self_signed_days = 0;
    bool force = false, wrappable = false;
};

std::string path_of(const RotationOptions& options, const std::string& verb) { return "/v1/seals/" + percent_encode(options.name) + "/" + verb; }

boost::json::object replacement(const RotationOptions& options) {
    boost::json::object body{{"reason", options.reason}};
    if (!options.token.empty()) body["token"] = options.token;
    if (!options.algorithm.empty()) body["algorithm"] = options.algorithm;
    if (!options.common_name.empty()) body["common_name"] = options.common_name;
    if (!options.at.empty()) body["at"] = options.at;
    if (options.wrappable) body["wrappable"] = true;
    if (options.self_signed_days > 0) body["self_signed_days"] = options.self_signed_days;
    else body["csr"] = true;
    return body;
}

std::string what_next(const RotationOptions& options, bool certified) {
    const std::string import = certified ? "" : "sealctl seal certificate " + options.name + " --import FILE, then ";
    if (!options.at.empty()) return "it takes over at " + options.at + (certified ? "\n" : " if it has a certificate by then: " + import.substr(0, import.size() - 7) + "\n");
    return "the key before is in use until: " + import + "sealctl seal cut-over " + options.name + "\n";
}

Result<Report> run_replace(const Invocation& invocation, const RotationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (auto is_free = check_request_place(options.csr, options.force); !is_free) return is_free.error();
    const auto made = api->with_time_limit(std::chrono::minutes(5)).post(path_of(options, "replace"), replacement(options));
    if (!made) return made.error();
    AnswerReader in(*made);
    const auto* version = in.find_object("version");
    const std::string request = in.find_text("csr");
    if (auto understood = in.finish(); !understood) return understood.error();
    std::string text = version != nullptr ? describe_version(*version) : std::string();
    if (!request.empty()) {
        const auto placed = place_request(request, options.csr, options.force);
        if (!placed) return placed.error();
        text += *placed;
    }
    return Report{*made, text + what_next(options, request.empty())};
}

Result<Report> run_cut_over(const Invocation& invocation, const RotationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    boost::json::object body;
    if (!options.at.empty()) body["at"] = options.at;
    const auto answer = api->with_time_limit(std::chrono::minutes(2)).post(path_of(options, "cut-over"), std::move(body));
    if (!answer) return answer.error();
    if (options.at.empty()) return Report{*answer, describe_seal(*answer)};
    AnswerReader in(*answer);
    const auto* version = in.find_object("version");
    return Report{*answer, version != nullptr ? describe_version(*version) : std::string()};
}

Result<Report> run_withdraw(const Invocation& invocation, const RotationOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post(path_of(options, "withdraw-replacement"), {{"reason", options.reason}});
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto* version = in.find_object("version");
    return Report{*answer, version != nullptr ? describe_version(*version) : std::string()};
}

void add_replace(CLI::App& group, Invocation& invocation, const std::shared_ptr<RotationOptions>& options) {
    CLI::App& replace = add_command(
        group, "replace",
        {"Give a seal another key (換章): a new one is made in the token beside the old one, which stays in\n"
         "use until `seal cut-over`. Name, policy, applications and approvals stay as they are. With a\n"
         "request: have the certificate issued, then bring it in with `seal certificate NAME --import`.",
         "custodians and administrators.",
         "sealctl seal replace contract --reason 'certificate ends in December' --csr contract-2.csr"});
    replace.add_option("NAME", options->name, "the seal's name")->required();
    replace.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
    replace.add_option("--token", options->token, "the token for the new key; the one that the seal is on unless given");
    replace.add_option("--algorithm", options->algorithm, "of the new key; that of the old one unless given");
    replace.add_option("--common-name", options->common_name, "the certificate's CN; the title unless given");
    auto* csr = replace.add_option("--csr", options->csr, "write a certificate request to this file (the default, to stdout)");
    replace.add_option("--self-signed-days", options->self_signed_days, "a self-signed certificate, valid so many days")
        ->check(CLI::PositiveNumber)
        ->excludes(csr);
    replace.add_option("--at", options->at, "cut over then (RFC 3339), or as soon after as the key can be used");
    replace.add_flag("--wrappable", options->wrappable, "the key may be moved to a second token later; see `seal standby`");
    replace.add_flag("--force", options->force, "replace the request's file");
    choose(replace, invocation, options, run_replace);
}

}  // namespace

void add_rotation_commands(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<RotationOptions>();
    add_replace(seal_group, invocation, options);
    CLI::App& cut_over = add_command(
        seal_group, "cut-over",
        {"Put the seal's waiting version in use, now or at a moment. The new key is tested by a signature\n"
         "first; then, at one stroke, what begins is sealed with it, and what was begun with the old key\n"
         "ends with the old one: no request fails. The old key never signs again; what it sealed stays\n"
         "verifiable by its certificate. A planned cut-over whose key cannot be used then does not happen;\n"
         "it is tried again until it can, and `seal show` says why it waits.",
         "custodians and administrators.", "sealctl seal cut-over contract --at 2026-12-01T00:00:00+08:00"});
    cut_over.add_option("NAME", options->name, "the seal's name")->required();
    cut_over.add_option("--at", options->at, "then (RFC 3339) and not now");
    choose(cut_over, invocation, options, run_cut_over);
    CLI::App& withdraw = add_command(
        seal_group, "withdraw-replacement",
        {"Give up the version that waits; its key never signs. The seal goes on with the key it has.", "custodians and administrators.",
         "sealctl seal withdraw-replacement contract --reason 'the CA refused the request'"});
    withdraw.add_option("NAME", options->name, "the seal's name")->required();
    withdraw.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
    choose(withdraw, invocation, options, run_withdraw);
}

}  // namespace seald
