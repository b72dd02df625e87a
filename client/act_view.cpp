#include "client/act_view.hpp"

#include <boost/json/serialize.hpp>

#include "client/answer_reader.hpp"
#include "client/display_text.hpp"
#include "client/table.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

namespace json = boost::json;

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
    return text;
}

Result<std::string> stated_act(const std::string& statement) {
    auto object = parse_json_object(statement);
    if (!object) return object.error();
    ObjectReader in(*object, "statement");
    in.ignore_unknown();
    auto number = in.text("act");
    if (auto done = in.finish(); !done) return done.error();
    return number;
}

void add_rows(Table& table, const json::value& value, const std::string& path) {
    if (const auto* object = value.if_object()) {
        for (const auto& field : *object) add_rows(table, field.value(), (path.empty() ? "" : path + ".") + std::string(field.key()));
    } else if (const auto* array = value.if_array(); array != nullptr) {
        for (std::size_t i = 0; i < array->size(); ++i) add_rows(table, (*array)[i], path + "[" + std::to_string(i) + "]");
    } else {
        table.row({path, value.is_string() ? std::string(value.get_string()) : json::serialize(value)});
    }
}

Result<PendingActView> read(const json::value& answer) {
    AnswerReader in(answer);
    const auto number_text = in.text("number");
    auto number = ActNumber::decode(number_text);
    const auto statement = in.text("statement");
    if (!number) return number.error();
    PendingActView act{.number = *number,
                       .kind = in.text("kind"),
                       .seal = in.find_text("seal"),
                       .state = in.text("state"),
                       .reason = in.text("reason"),
                       .asked_by = in.text("asked_by"),
                       .asked_by_name = in.text("asked_by_name"),
                       .asked_at = in.text("asked_at"),
                       .expires_at = in.text("expires_at"),
                       .end_reason = in.find_text("end_reason"),
                       .problem = in.find_text("problem"),
                       .statement = statement,
                       .statement_sha256 = Digest::of(DigestAlgorithm::sha256, as_bytes(statement)),
                       .confirmations = {},
                       .still_needed = in.integer("still_needed"),
                       .who = {},
                       .may_confirm = in.flag("may_confirm")};
    for (const auto& each : in.list("who"))
        if (each.is_string()) act.who.emplace_back(each.get_string());
    for (const auto& each : in.list("confirmations"))
        act.confirmations.push_back({shown_field(each, "person"), shown_field(each, "name"), shown_field(each, "at")});
    const auto told = in.text("statement_sha256");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (told != act.statement_sha256.hex()) return verification_failed("the daemon's digest of the statement of " + number_text + " is not its statement's");
    return act;
}

}  // namespace

Result<PendingActView> decode_pending_act(const json::value& answer) {
    auto act = read(answer);
    if (!act) return act;
    const auto stated = stated_act(act->statement);
    if (!stated) return stated.error();
    if (*stated != act->number.str()) return verification_failed("the statement is that of " + *stated + ", not of " + act->number.str());
    return act;
}

std::string describe_next(const PendingActView& act) {
    const std::string number = act.number.str();
    if (!act.problem.empty()) return printable(number + " is confirmed and not complete: " + act.problem) + "\n";
    if (act.state == "waiting")
        return printable(number + " waits for " + std::to_string(act.still_needed) + (act.still_needed == 1 ? " more person" : " more persons") + ", until " + short_time(act.expires_at) +
                         ": " + listed(act.who)) +
               "\n  to confirm it, one of them runs: sealctl act confirm " + number + "\n";
    if (act.state == "confirmed") return number + " is confirmed and not complete: sealctl act complete " + number + "\n";
    return printable(number + " is " + act.state + (act.end_reason.empty() ? "" : ": " + act.end_reason)) + "\n";
}

std::string describe(const PendingActView& act) {
    Table table;
    table.row({"act", act.number.str() + ", " + act.state});
    const auto statement = parse_json_object(act.statement);
    if (statement)
        for (const auto& field : *statement)
            if (field.key() != "act") add_rows(table, field.value(), std::string(field.key()));
    table.row({"asked by", act.asked_by_name + " (" + act.asked_by + ")"});
    for (const auto& each : act.confirmations) table.row({"confirmed by", each.name + " (" + each.person + "), " + short_time(each.at)});
    table.row({"statement SHA-256", act.statement_sha256.hex()});
    return table.str() + describe_next(act);
}

std::string act_listing(const std::vector<PendingActView>& acts) {
    if (acts.empty()) return "No act waits for a second person.\n";
    Table table({"ACT", "KIND", "SEAL", "STATE", "ASKED BY", "UNTIL", "WAITS FOR"});
    for (const auto& act : acts) table.row({act.number.str(), act.kind, act.seal, act.state, act.asked_by, short_time(act.expires_at), listed(act.who)});
    return table.str();
}

}  // namespace seald
