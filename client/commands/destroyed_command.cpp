#include <boost/json/object.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/destruction_certificate.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

struct DestroyedOptions {
    std::string name, file;
    bool force = false;
};

Result<std::string> find_entry(const ApiClient& api, const std::string& seal) {
    const auto answer = api.get("/v1/ledger/entries?kind=seal-destroyed&limit=1&seal=" + percent_encode(seal));
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const auto& entries = in.list("entries");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (entries.empty()) return not_found("seal " + seal + " is not destroyed: sealctl seal show " + seal);
    return shown_field(entries.front(), "index");
}

Result<Report> run_destroyed(const Invocation& invocation, const DestroyedOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto index = find_entry(*api, options.name);
    if (!index) return index.error();
    const auto text = api->get_text("/v1/ledger/entries/" + *index + "/proof");
    if (!text) return text.error();
    const auto receipt = TlogProof::decode(*text);
    if (!receipt) return receipt.error();
    const auto certificate = make_destruction_certificate(*receipt);
    if (!certificate) return certificate.error();
    if (options.file.empty()) return Report{boost::json::object{{"certificate", *certificate}}, *certificate};
    const auto written = write_file(options.file, as_bytes(*certificate), options.force ? IfExists::replace : IfExists::refuse);
    if (!written) return written.error();
    return Report{boost::json::object{{"certificate", *certificate}, {"file", options.file}},
                  "the certificate of destruction is in " + options.file + "; whoever has the ledger's key can check it: sealctl verify " + options.file + "\n"};
}

}  // namespace

void add_destroyed_command(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<DestroyedOptions>();
    CLI::App& command = add_command(seal_group, "destroyed",
                                    {"The certificate of destruction (銷毀證明) of a destroyed seal: words for people with the ledger's\n"
                                     "receipt below, which holds both witnesses' signatures. `sealctl verify` checks it offline.",
                                     "auditors, administrators and custodians.", "sealctl seal destroyed contract -o contract.destroyed"});
    command.add_option("NAME", options->name, "the seal's name")->required();
    command.add_option("-o,--out", options->file, "the file to write; to stdout unless given");
    command.add_flag("--force", options->force, "replace the file");
    choose(command, invocation, options, run_destroyed);
}

}  // namespace seald
