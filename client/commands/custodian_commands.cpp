// Who keeps a seal: seal hand-over, seal acting-custodian, seal custody.
#include <boost/json/array.hpp>

#include "client/answer_reader.hpp"
#include "client/commands/commands.hpp"
#include "client/enrolled_key.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

struct HandOverOptions {
    std::string name, to, supervisor, reason, key, module;
    bool accept = false, confirm = false, decline = false;
};

struct ActingOptions {
    std::string name, person, from, until, reason;
    bool end = false;
};

std::string path_of(const std::string& name, const std::string& what) { return "/v1/seals/" + percent_encode(name) + "/" + what; }

std::string describe_hand_over(const boost::json::value& hand_over) {
    Table table;
    table.row({"hand-over", shown_field(hand_over, "number") + " of seal " + shown_field(hand_over, "seal") + ", " + shown_field(hand_over, "state")});
    table.row({"from", shown_field(hand_over, "giver") + ", since " + shown_field(hand_over, "started_at")});
    table.row({"to", shown_field(hand_over, "receiver") + " " + shown_field(hand_over, "received_at")});
    table.row({"supervised by", shown_field(hand_over, "supervisor") + " " + shown_field(hand_over, "confirmed_at")});
    table.row({"reason", shown_field(hand_over, "reason")});
    return table.str();
}

std::string what_next(const boost::json::value& hand_over) {
    const std::string state = shown_field(hand_over, "state"), command = "sealctl seal hand-over " + shown_field(hand_over, "seal");
    if (state == "begun") return shown_field(hand_over, "receiver") + " accepts it: " + command + " --accept\n";
    if (state == "received") return shown_field(hand_over, "supervisor") + " confirms it: " + command + " --confirm\n";
    return state == "done" ? shown_field(hand_over, "receiver") + " is the custodian\n" : std::string();
}

// The part of whoever runs this, signed with the key enrolled for him; none where no key is.
Result<std::optional<std::string>> sign_part(const ApiClient& api, HandOverPart part, const boost::json::value& hand_over, const HandOverOptions& options) {
    const auto identity = find_own_identity(api);
    if (!identity && identity.error().rule == "approval-key-enrolled") return std::optional<std::string>();
    if (!identity) return identity.error();
    const auto key = open_enrolled_key(*identity, options.key, options.module);
    if (!key) return key.error();
    const auto seal = SealName::decode(options.name);
    const auto giver = PersonId::decode(shown_field(hand_over, "giver")), receiver = PersonId::decode(shown_field(hand_over, "receiver")),
               supervisor = PersonId::decode(shown_field(hand_over, "supervisor"));
    if (!seal) return seal.error();
    for (const auto* each : {&giver, &receiver, &supervisor})
        if (!*each) return each->error();
    const std::string number = shown_field(hand_over, "number");
    const Timestamp now = from_unix(to_unix(SystemClock().now()));
    const HandOverStatement statement{.issuer = identity->id,
                                      .audience = identity->daemon,
                                      .id = new_approval_id(),
                                      .issued_at = now,
                                      .expires_at = now + std::chrono::minutes(5),
                                      .part = part,
                                      .hand_over = number.empty() ? 0 : std::stoull(number),
                                      .seal = *seal,
                                      .giver = *giver,
                                      .receiver = *receiver,
                                      .supervisor = *supervisor,
                                      .reason = shown_field(hand_over, "reason")};
    auto jws = key->sign(statement);
    if (!jws) return jws.error();
    return std::optional(std::move(*jws));
}

Result<Report> post_part(const ApiClient& api, const std::string& path, boost::json::object body, const std::optional<std::string>& statement) {
    if (statement) body["statement"] = *statement;
    const auto answer = api.post(path, std::move(body));
    if (!answer) return answer.error();
    return Report{*answer, describe_hand_over(*answer) + what_next(*answer)};
}

Result<Report> begin(const ApiClient& api, const HandOverOptions& options) {
    if (options.to.empty() || options.supervisor.empty() || options.reason.empty())
        return malformed("give --to, --supervisor and --reason to begin one, or --accept, --confirm or --decline");
    const auto seal = api.get("/v1/seals/" + percent_encode(options.name));
    if (!seal) return seal.error();
    const boost::json::value wanted = boost::json::object{{"giver", shown_field(*seal, "custodian")}, {"receiver", options.to},
                                                          {"supervisor", options.supervisor}, {"reason", options.reason}};
    const auto statement = sign_part(api, HandOverPart::give, wanted, options);
    if (!statement) return statement.error();
    return post_part(api, path_of(options.name, "hand-over"), {{"to", options.to}, {"supervisor", options.supervisor}, {"reason", options.reason}}, *statement);
}

Result<Report> say_part(const ApiClient& api, const HandOverOptions& options, HandOverPart part) {
    const auto custody = api.get(path_of(options.name, "custody"));
    if (!custody) return custody.error();
    AnswerReader in(*custody);
    const auto& all = in.list("hand_overs");
    const std::string state = all.empty() ? "" : shown_field(all.back(), "state");
    if (state != "begun" && state != "received") return conflict("hand-over-state", "seal " + options.name + " is not being handed over");
    const auto statement = sign_part(api, part, all.back(), options);
    if (!statement) return statement.error();
    return post_part(api, path_of(options.name, part == HandOverPart::receive ? "hand-over/accept" : "hand-over/confirm"), {}, *statement);
}

Result<Report> run_hand_over(const Invocation& invocation, const HandOverOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    if (options.accept) return say_part(*api, options, HandOverPart::receive);
    if (options.confirm) return say_part(*api, options, HandOverPart::supervise);
    if (!options.decline) return begin(*api, options);
    if (options.reason.empty()) return malformed("say why with --reason");
    return post_part(*api, path_of(options.name, "hand-over/decline"), {{"reason", options.reason}}, std::nullopt);
}

Result<Report> run_acting(const Invocation& invocation, const ActingOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    boost::json::object body{{"person", options.person}, {"reason", options.reason}};
    if (options.end) {
        const auto ended = api->post(path_of(options.name, "acting-custodian/end"), body);
        if (!ended) return ended.error();
        return Report{*ended, options.person + " no longer acts for the custodian of " + options.name + "\n"};
    }
    if (options.until.empty()) return malformed("say until when with --until");
    if (!options.from.empty()) body["from"] = options.from;
    body["until"] = options.until;
    const auto answer = api->post(path_of(options.name, "acting-custodian"), body);
    if (!answer) return answer.error();
    return Report{*answer, options.person + " acts for the custodian of " + options.name + " from " + shown_field(*answer, "from") + " until " +
                               shown_field(*answer, "until") + "\n"};
}

Result<Report> run_custody(const Invocation& invocation, const HandOverOptions& options) {
    const auto api = invocation.connect();
    if (!api) return api.error();
    const auto answer = api->get(path_of(options.name, "custody"));
    if (!answer) return answer.error();
    AnswerReader in(*answer);
    std::string text;
    for (const auto& each : in.list("hand_overs")) text += describe_hand_over(each) + "\n";
    Table acting({"ACTING", "FROM", "UNTIL", "APPOINTED BY", "REASON"});
    for (const auto& each : in.list("acting_custodians"))
        acting.row({shown_field(each, "person"), shown_field(each, "from"), shown_field(each, "until"), shown_field(each, "appointed_by"), shown_field(each, "reason")});
    if (auto understood = in.finish(); !understood) return understood.error();
    if (!acting.empty()) text += acting.str();
    return Report{*answer, text.empty() ? "it was never handed over, and nobody acts for its custodian\n" : text};
}

}  // namespace

void add_custodian_commands(CLI::App& seal_group, Invocation& invocation) {
    const auto options = std::make_shared<HandOverOptions>();
    CLI::App& hand_over = add_command(
        seal_group, "hand-over",
        {"Hand a seal over to another custodian (移交). The custodian begins it, the receiver accepts, a third\n"
         "person (監交人) confirms; then the receiver is the custodian. Each signs his part with his enrolled\n"
         "key. If the custodian has left, so that he is not enrolled any more, an administrator begins it.",
         "the custodian; the receiver with --accept, the supervisor with --confirm; any of them with --decline.",
         "sealctl seal hand-over contract --to liu.wei --supervisor chen.jie --reason 'moves to another department'"});
    hand_over.add_option("NAME", options->name, "the seal's name")->required();
    hand_over.add_option("--to", options->to, "who receives it; has the role custodian");
    hand_over.add_option("--supervisor", options->supervisor, "who supervises it, a third person");
    hand_over.add_option("--reason", options->reason, "why; it goes into the ledger");
    auto* accept = hand_over.add_flag("--accept", options->accept, "as the receiver: the seal is with me");
    auto* confirm = hand_over.add_flag("--confirm", options->confirm, "as the supervisor: it was handed over")->excludes(accept);
    hand_over.add_flag("--decline", options->decline, "end it; needs --reason")->excludes(accept)->excludes(confirm);
    hand_over.add_option("--key", options->key, "your approval key: a file or a pkcs11: URI; ~/.config/seald/approval.key unless given");
    hand_over.add_option("--module", options->module, "the PKCS#11 module for a pkcs11: URI");
    choose(hand_over, invocation, options, run_hand_over);

    CLI::App& custody = add_command(seal_group, "custody", {"Who kept the seal: its hand-overs, and who acts for its custodian now or later.", "everybody enrolled.",
                                                            "sealctl seal custody contract"});
    custody.add_option("NAME", options->name, "the seal's name")->required();
    choose(custody, invocation, options, run_custody);

    const auto acting = std::make_shared<ActingOptions>();
    CLI::App& command = add_command(
        seal_group, "acting-custodian",
        {"Let somebody act for a seal's custodian for a time (臨時代管): he has the custodian's rights for this\n"
         "seal and its token in that period, and no others.",
         "the seal's custodian, and administrators; with --end also who acts.",
         "sealctl seal acting-custodian contract sun.li --until 2026-12-10T00:00:00+08:00 --reason 'on leave'"});
    command.add_option("NAME", acting->name, "the seal's name")->required();
    command.add_option("PERSON", acting->person, "who acts; not an auditor")->required();
    command.add_option("--from", acting->from, "from then on (RFC 3339); now unless given");
    command.add_option("--until", acting->until, "until then (RFC 3339)");
    command.add_option("--reason", acting->reason, "why; it goes into the ledger")->required();
    command.add_flag("--end", acting->end, "end it now");
    choose(command, invocation, acting, run_acting);
}

}  // namespace seald
