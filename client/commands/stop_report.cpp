#include "client/commands/stop_report.hpp"

#include <set>

#include "client/answer_reader.hpp"
#include "client/revocation_request.hpp"
#include "client/table.hpp"

namespace seald {
namespace {

std::string listed(const boost::json::array& names) {
    std::string text;
    for (const auto& name : names)
        if (name.is_string()) text += (text.empty() ? "" : ", ") + std::string(name.get_string());
    return text;
}

struct Next {
    std::string seals, lost;     // what helps for those that are suspended, and for those that are lost
    std::set<std::string> tell;  // whom
};

Result<void> describe_seal_stop(const boost::json::value& each, Table& table, Next& next) {
    AnswerReader in(each);
    const std::string before = in.text("before");
    const auto withdrawn = in.list("withdrawn");
    const auto concerned = in.list("concerned");
    const auto* seal = in.find_object("seal");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (seal == nullptr) return {};
    const std::string name = shown_field(*seal, "name"), state = shown_field(*seal, "state");
    table.row({"seal " + name, before == state ? state + " already" : before + " -> " + state,
               withdrawn.empty() ? "no open application" : "void: " + listed(withdrawn)});
    for (const auto& person : concerned) next.tell.insert(listed({person}));
    if (state == "lost") {
        next.lost += revocation_request(*seal);
        next.seals += "  when it is sure that it does not come back: sealctl seal cancel " + name + " --reason ...\n";
    } else {
        next.seals += "  when all is well again: sealctl seal resume " + name + " --reason ..., which a second person confirms; approvals have to be given anew\n";
    }
    next.seals += "  what it was used for: sealctl report compromise " + name + " --from " + shown_field(*seal, "made_at").substr(0, 10) + "\n";
    return {};
}

Result<void> describe_token_lock(const boost::json::value& each, Table& table, Next& next) {
    AnswerReader in(each);
    const std::string name = in.text("token"), why_not = in.find_text("why_not");
    const auto also = in.list("also_on_it");
    if (auto understood = in.finish(); !understood) return understood.error();
    table.row({"token " + name, why_not.empty() ? "locked" : "stopped", why_not.empty() ? "" : "not recorded: " + why_not});
    if (!also.empty()) next.seals += "  token " + name + " holds seals in force too: " + listed(also) + ". For them: sealctl token unlock " + name + "\n";
    else next.seals += "  and with it: sealctl token unlock " + name + "\n";
    return {};
}

}  // namespace

Result<Report> stop_report(const boost::json::value& answer) {
    AnswerReader in(answer);
    const auto seals = in.list("seals");
    const auto tokens = in.list("tokens");
    if (auto understood = in.finish(); !understood) return understood.error();
    if (seals.empty()) return Report{answer, "There is no seal that could sign: nothing to stop.\n"};
    Table table;
    Next next;
    for (const auto& each : seals)
        if (auto said = describe_seal_stop(each, table, next); !said) return said.error();
    for (const auto& each : tokens)
        if (auto said = describe_token_lock(each, table, next); !said) return said.error();
    std::string tell;
    for (const auto& person : next.tell) tell += (tell.empty() ? "" : ", ") + person;
    return Report{answer, "Stopped: no signature leaves any more.\n" + table.str() + "What is next\n  tell those concerned: " + tell + "\n" + next.lost + next.seals};
}

}  // namespace seald
