#include <boost/json/object.hpp>

#include "client/act_view.hpp"
#include "client/answer_reader.hpp"
#include "client/certificate_request.hpp"
#include "client/commands/commands.hpp"
#include "client/commands/listings.hpp"
#include "client/pkcs11_uri.hpp"
#include "client/seal_image.hpp"
#include "client/table.hpp"
#include "client/user_files.hpp"

namespace seald {
namespace {

constexpr std::size_t max_certificate_bytes = 256 * 1024;

struct SealOptions {
    std::string name, kind, title, owner, token, algorithm, common_name;
    std::string csr, import;
    int self_signed_days = 0;
    std::string number, date, reason;
    std::string key_id, certificate, seal_number, deputy, image;
    bool force = false, wrappable = false;
};

std::string path_of(const SealOptions& options) { return "/v1/seals/" + percent_encode(options.name); }

Report seal_report(const boost::json::value& seal) { return Report{seal, describe_seal(seal)}; }

void add_register_fields(boost::json::object& body, const SealOptions& options) {
    if (!options.seal_number.empty()) body["number"] = options.seal_number;
    if (!options.deputy.empty()) body["deputy"] = options.deputy;
}

boost::json::object new_seal(const SealOptions& options) {
    boost::json::object body{{"name", options.name},   {"kind", options.kind},   {"title", options.title},
                             {"owner", options.owner}, {"token", options.token}, {"algorithm", options.algorithm}};
    if (!options.common_name.empty()) body["common_name"] = options.common_name;
    if (options.wrappable) body["wrappable"] = true;
    add_register_fields(body, options);
    if (options.self_signed_days > 0) {
        body["self_signed_days"] = options.self_signed_days;
    } else {
        body["csr"] = true;
    }
    return body;
}

Result<Report> run_make(const Invocation& invocation, const SealOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (auto is_free = check_request_place(options.csr, options.force); !is_free) return is_free.error();
    const auto image = read_image(options.image);  // before a key is made for nothing
    if (!image) return image.error();
    const auto made = api->with_time_limit(std::chrono::minutes(5)).post("/v1/seals", new_seal(options));
    if (!made) return made.error();
    AnswerReader in(*made);
    const auto* seal = in.find_object("seal");
    const std::string request = in.find_text("csr");
    if (auto understood = in.finish(); !understood) return understood.error();
    std::string text = seal != nullptr ? describe_seal(*seal) : std::string();
    if (!request.empty()) {
        const auto placed = place_request(request, options.csr, options.force);
        if (!placed) return placed.error();
        text += *placed;
    }
    if (const auto set = send_image(*api, options.name, *image); !set) return set.error();
    return Report{*made, text};
}

Result<Report> run_certificate(const Invocation& invocation, const SealOptions& options) {
    if (options.import.empty() && options.csr.empty()) return malformed("give --import or --csr");
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (!options.import.empty()) {
        const auto pem = read_file(options.import, max_certificate_bytes);
        if (!pem) return pem.error();
        const auto seal = api->post(path_of(options) + "/certificate", boost::json::object{{"pem", *pem}});
        if (!seal) return seal.error();
        AnswerReader in(*seal);
        if (const auto* version = in.find_object("version")) return Report{*seal, describe_version(*version)};
        return seal_report(*seal);
    }
    const auto answer = api->post(path_of(options) + "/csr", boost::json::object{});
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    const std::string pem = in.text("csr");
    if (auto understood = in.finish(); !understood) return understood.error();
    const auto placed = place_request(pem, options.csr, options.force);
    if (!placed) return placed.error();
    return Report{*answer, *placed};
}

// The key's id and, unless --token names it, the daemon's name of the token that the URI means.
Result<void> take_key_uri(const ApiClient& api, SealOptions& options) {
    if (!Pkcs11Uri::looks_like(options.key_id)) return {};
    const auto uri = Pkcs11Uri::decode(options.key_id);
    if (!uri) return uri.error();
    if (uri->id.empty()) return malformed("the URI names no key: it needs id=…, as `pkcs11-tool -O` shows it");
    options.key_id = encode_hex(uri->id);
    if (!options.token.empty()) return {};
    const auto answer = api.get("/v1/tokens");
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    for (const auto& token : in.list("tokens")) {
        const bool serial = uri->serial.empty() || uri->serial == shown_field(token, "serial");
        const bool label = uri->token.empty() || uri->token == shown_field(token, "label");
        if (serial && label && !(uri->serial.empty() && uri->token.empty())) options.token = shown_field(token, "name");
    }
    if (options.token.empty()) return not_found("the daemon has no token that this URI means; say --token, see sealctl token list");
    return {};
}

Result<Report> run_enrol(const Invocation& invocation, SealOptions options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (auto taken = take_key_uri(*api, options); !taken) return taken.error();
    if (options.token.empty()) return malformed("say which token with --token, or give --key as a pkcs11: URI that names it");
    const auto pem = read_file(options.certificate, max_certificate_bytes);
    if (!pem) return pem.error();
    boost::json::object body{{"name", options.name},   {"kind", options.kind},   {"title", options.title},
                             {"owner", options.owner}, {"token", options.token}, {"key_id", options.key_id},
                             {"certificate", *pem}};
    add_register_fields(body, options);
    const auto seal = api->post("/v1/enrolments", body);
    if (!seal) return seal.error();
    return seal_report(*seal);
}

// What waits for a second person comes back as an act.
Result<Report> act(const Invocation& invocation, const SealOptions& options, const std::string& verb,
                   const boost::json::object& body) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->post(path_of(options) + "/" + verb, body);
    if (!answer) return answer.error();
    if (shown_field(*answer, "statement").empty()) return seal_report(*answer);
    const auto asked = decode_pending_act(*answer);
    if (!asked) return asked.error();
    return Report{*answer, describe_next(*asked)};
}

Result<Report> run_file(const Invocation& invocation, const SealOptions& options) {
    return act(invocation, options, "file", {{"number", options.number}, {"date", options.date}});
}

CLI::App& add_seal_command(CLI::App& group, const std::string& name, SealOptions& options, const CommandHelp& help) {
    CLI::App& command = add_command(group, name, help);
    command.add_option("NAME", options.name, "the seal's name")->required();
    return command;
}

void add_register_options(CLI::App& command, SealOptions& options) {
    command.add_option("--seal-number", options.seal_number, "the seal's own number (印章標識); a random one unless given");
    command.add_option("--deputy", options.deputy, "the custodian's deputy");
}

void add_make(CLI::App& group, Invocation& invocation, const std::shared_ptr<SealOptions>& options) {
    CLI::App& make = add_seal_command(
        group, "make", *options,
        {"Make a seal: its key is generated inside the token and never leaves it.", "custodians and administrators.",
         "sealctl seal make contract --kind contract --title 合同專用章 --owner 'Example Ltd' --token usb-1 "
         "--algorithm ec-p256 --csr contract.csr"});
    make.add_option("--kind", options->kind,
                    "official, contract, finance, personnel, invoice, legal-representative or other")
        ->required();
    make.add_option("--title", options->title, "what is written on the seal")->required();
    make.add_option("--owner", options->owner, "the organisation")->required();
    make.add_option("--token", options->token, "the token that keeps the key")->required();
    make.add_option("--algorithm", options->algorithm, "ec-p256, ec-p384, rsa-2048, rsa-3072 or rsa-4096")->required();
    make.add_option("--common-name", options->common_name, "the certificate's CN; the title unless given");
    auto* csr =
        make.add_option("--csr", options->csr, "write a certificate request to this file (the default, to stdout)");
    make.add_option("--self-signed-days", options->self_signed_days, "a self-signed certificate, valid so many days")
        ->check(CLI::PositiveNumber)
        ->excludes(csr);
    make.add_flag("--wrappable", options->wrappable,
                  "the key may be moved to a second token later, encrypted from token to token; see `seal standby`");
    make.add_flag("--force", options->force, "replace the request's file");
    add_register_options(make, *options);
    make.add_option("--image", options->image, "its picture (印模), PNG or SVG, up to 256 KiB");
    choose(make, invocation, options, run_make);
}

void add_enrol(CLI::App& group, Invocation& invocation, const std::shared_ptr<SealOptions>& options) {
    CLI::App& enrol = add_seal_command(
        group, "enrol", *options,
        {"Enrol a key that is on an unlocked token already, with its certificate. The key proves by a\n"
         "signature that the certificate is its own. It is not put in force by one person: `seal activate`\n"
         "waits for a second one.",
         "custodians and administrators.",
         "sealctl seal enrol finance --kind finance --title 財務專用章 --owner 'Example Ltd' "
         "--key 'pkcs11:serial=0a1b2c;id=%01' --certificate finance.pem"});
    enrol.add_option("--kind", options->kind, "official, contract, finance, personnel, invoice, legal-representative or other")
        ->required();
    enrol.add_option("--title", options->title, "what is written on the seal")->required();
    enrol.add_option("--owner", options->owner, "the organisation")->required();
    enrol.add_option("--token", options->token, "the token; not needed where --key is a URI that names it");
    enrol.add_option("--key", options->key_id, "the key: a pkcs11: URI (RFC 7512) or its id in hexadecimal")->required();
    enrol.add_option("--certificate", options->certificate, "PEM: the certificate, then its chain")->required();
    add_register_options(enrol, *options);
    choose(enrol, invocation, options, run_enrol);
}

void add_certificate(CLI::App& group, Invocation& invocation, const std::shared_ptr<SealOptions>& options) {
    CLI::App& certificate =
        add_seal_command(group, "certificate", *options,
                         {"Import the seal's certificate, or get a certificate request. Where a version of the seal waits to\n"
                          "take over (`seal replace`), it is that one's.",
                          "custodians and administrators.", "sealctl seal certificate contract --import contract.pem"});
    auto* import = certificate.add_option("--import", options->import, "PEM: the certificate, then its chain");
    certificate.add_option("--csr", options->csr, "write a request to this file; - is stdout")->excludes(import);
    certificate.add_flag("--force", options->force, "replace the request's file");
    choose(certificate, invocation, options, run_certificate);
}

void add_acts(CLI::App& group, Invocation& invocation, const std::shared_ptr<SealOptions>& options) {
    struct Act {
        std::string verb, what, who, why;
    };
    const std::vector<Act> acts = {
        {"activate", "Put a filed seal in force. One with an enrolled key, which was not made here, waits for a second person.", "custodians and administrators.", "備案完成"},
        {"suspend", "Stop a seal at once; one person is enough.", "custodians, administrators, approvers and auditors.",
         "USB key not found"},
    };
    for (const Act& each : acts) {
        CLI::App& command = add_seal_command(
            group, each.verb, *options,
            {each.what, each.who, "sealctl seal " + each.verb + " contract --reason '" + each.why + "'"});
        command.add_option("--reason", options->reason, "why; it goes into the ledger")->required();
        choose(command, invocation, options, [verb = each.verb](const Invocation& run, const SealOptions& given) {
            return act(run, given, verb, {{"reason", given.reason}});
        });
    }
}

}  // namespace

void add_seal_commands(CLI::App& sealctl, Invocation& invocation) {
    CLI::App& group = add_group(sealctl, "seal", "Seals: make, file, put in force, stop, look up.");
    const auto options = std::make_shared<SealOptions>();
    add_make(group, invocation, options);
    add_enrol(group, invocation, options);
    add_certificate(group, invocation, options);
    CLI::App& file =
        add_seal_command(group, "file", *options,
                         {"Record that the seal was filed with the authority (備案).", "custodians and administrators.",
                          "sealctl seal file contract --number 4401060012345 --date 2026-11-23"});
    file.add_option("--number", options->number, "the filing number")->required();
    file.add_option("--date", options->date, "the day of filing, 2026-11-23")->required();
    choose(file, invocation, options, run_file);
    add_acts(group, invocation, options);
    add_seal_register_commands(group, invocation);
    add_rotation_commands(group, invocation);
    add_custodian_commands(group, invocation);
    add_status_list_command(group, invocation);
    add_picture_command(group, invocation);
    add_lost_command(group, invocation);
    add_dual_commands(group, invocation);
    add_destroyed_command(group, invocation);
}

}  // namespace seald
