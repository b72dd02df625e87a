// Who keeps a seal, in JSON.
#include <boost/json/array.hpp>

#include "daemon/api/views.hpp"

namespace seald::views {
namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<Timestamp>& time) { return time ? json::value(to_rfc3339(*time)) : json::value(nullptr); }

std::string_view state_of(const HandOver& hand_over) {
    if (hand_over.declined_at) return "declined";
    if (hand_over.confirmed_at) return "done";
    return hand_over.received_at ? "received" : "begun";
}

}  // namespace

json::object signature_count(const StoredSignatureCount& stored) {
    auto view = to_fields(stored.count);
    view.erase("caller");
    for (const char* name : {"since", "counted", "recorded_at_least", "recorded_at_most"})
        if (!view.contains(name)) view[name] = nullptr;
    view["ledger_index"] = stored.index;
    view["time"] = to_rfc3339(stored.time);
    return view;
}

json::object hand_over(const HandOver& hand_over) {
    return {{"number", hand_over.number},
            {"seal", hand_over.seal.str()},
            {"state", state_of(hand_over)},
            {"giver", hand_over.giver.str()},
            {"receiver", hand_over.receiver.str()},
            {"supervisor", hand_over.supervisor.str()},
            {"reason", hand_over.reason},
            {"started_by", hand_over.started_by.str()},
            {"started_at", to_rfc3339(hand_over.started_at)},
            {"received_at", time_or_null(hand_over.received_at)},
            {"confirmed_at", time_or_null(hand_over.confirmed_at)},
            {"declined_by", hand_over.declined_by ? json::value(hand_over.declined_by->str()) : json::value(nullptr)},
            {"declined_at", time_or_null(hand_over.declined_at)}};
}

json::object acting(const ActingCustodian& acting) {
    return {{"number", acting.number},
            {"seal", acting.seal.str()},
            {"person", acting.person.str()},
            {"from", to_rfc3339(acting.begin)},
            {"until", to_rfc3339(acting.end)},
            {"reason", acting.reason},
            {"appointed_by", acting.appointed_by.str()}};
}

json::object custody(const SealName& name, const Custody& custody) {
    json::array hand_overs, acting_custodians;
    for (const auto& each : custody.hand_overs) hand_overs.push_back(hand_over(each));
    for (const auto& each : custody.acting) acting_custodians.push_back(acting(each));
    return {{"seal", name.str()}, {"hand_overs", std::move(hand_overs)}, {"acting_custodians", std::move(acting_custodians)}};
}

}  // namespace seald::views
