#include "daemon/api/act_views.hpp"

#include <boost/json/array.hpp>

namespace seald::views {

namespace json = boost::json;

json::object act(const ActView& view, const Policy& policy) {
    const PendingAct& act = view.act;
    json::array confirmations, who;
    for (const auto& each : act.confirmations)
        confirmations.push_back(json::object{
            {"person", each.person.str()}, {"name", policy.name_of(each.person)}, {"at", to_rfc3339(each.confirmed_at)}, {"confirmation", each.jws}});
    for (const auto& id : view.who) who.push_back(json::string(id.str()));
    json::value seal = nullptr, end_reason = nullptr, problem = nullptr;
    if (act.seal) seal = act.seal->str();
    if (!act.end_reason.empty()) end_reason = act.end_reason;
    if (!view.problem.empty()) problem = view.problem;
    return {{"number", act.number.str()},
            {"kind", to_string(act.kind)},
            {"seal", std::move(seal)},
            {"state", to_string(view.state)},
            {"reason", act.reason},
            {"asked_by", act.asked_by.str()},
            {"asked_by_name", policy.name_of(act.asked_by)},
            {"asked_at", to_rfc3339(act.asked_at)},
            {"expires_at", to_rfc3339(act.expires_at)},
            {"statement", act.statement},
            {"statement_sha256", act.statement_sha256().hex()},
            {"confirmations", std::move(confirmations)},
            {"still_needed", act.still_needed()},
            {"who", std::move(who)},
            {"may_confirm", view.may_confirm},
            {"end_reason", std::move(end_reason)},
            {"problem", std::move(problem)}};
}

}  // namespace seald::views
