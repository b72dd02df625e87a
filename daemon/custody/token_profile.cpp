#include "daemon/custody/token_profile.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

namespace seald {
namespace {

namespace json = boost::json;
using token_protocol::Load;

double rate(const Load& load) {
    return load.milliseconds == 0 ? 0.0 : 1000.0 * static_cast<double>(load.signatures) / static_cast<double>(load.milliseconds);
}

}  // namespace

unsigned worthwhile_sessions(const token_protocol::TokenProfile& profile) {
    double best = 0;
    for (const auto& load : profile.loads)
        if (load.failures == 0) best = std::max(best, rate(load));
    for (const auto& load : profile.loads)
        if (load.failures == 0 && rate(load) >= 0.9 * best) return static_cast<unsigned>(std::max<std::uint64_t>(load.threads, 1));
    return 1;
}

json::object to_json(const token_protocol::TokenProfile& profile) {
    json::array loads, mechanisms;
    for (const auto& load : profile.loads)
        loads.push_back(json::object{{"threads", load.threads},
                                     {"signatures", load.signatures},
                                     {"failures", load.failures},
                                     {"per_second", static_cast<std::uint64_t>(rate(load) + 0.5)},
                                     {"p50_us", load.p50_us},
                                     {"p99_us", load.p99_us}});
    for (const auto& name : profile.mechanisms) mechanisms.push_back(json::string(name));
    return {{"algorithm", to_string(profile.algorithm)},
            {"sessions", profile.sessions},
            {"slot_events", profile.slot_events},
            {"recovery_us", profile.recovery_us},
            {"signing", std::move(loads)},
            {"worthwhile_sessions", worthwhile_sessions(profile)},
            {"mechanisms", std::move(mechanisms)}};
}

}  // namespace seald
