#include "daemon/api/caller_limits.hpp"

#include <algorithm>

namespace seald {
namespace {

constexpr auto between_records = std::chrono::minutes(1);

Error too_many(std::string rule, std::string message) {
    return Error{.code = ErrorCode::too_many, .message = std::move(message), .rule = std::move(rule), .retry = true};
}

}  // namespace

CallerLimits::Account& CallerLimits::account_of(const PersonId& who, Time now) {
    const auto [at, fresh] = accounts_.try_emplace(who);
    Account& account = at->second;
    if (fresh) account.refusals_left = bounds_.refusals;
    if (!fresh) {
        const std::chrono::duration<double> passed = now - account.refilled;
        account.refusals_left = std::min(bounds_.refusals, account.refusals_left + passed.count() * bounds_.refusals_per_second);
    }
    account.refilled = now;
    return account;
}

Result<CallerLimits::Place> CallerLimits::enter(const PersonId& who, Time now) {
    Account& account = account_of(who, now);
    std::optional<Error> refusal;
    if (account.in_flight >= bounds_.per_caller)
        refusal = too_many("requests-at-once", who.str() + " has " + std::to_string(account.in_flight) +
                                                   " requests under way: wait for their answers before sending more");
    else if (in_flight_ >= bounds_.in_all)
        refusal = too_many("requests-at-once", "the daemon has too many requests under way: try again");
    else if (account.refusals_left < 1)
        refusal = too_many("refusals", who.str() + " was refused too often, the last time because: " + account.last_refusal + "; try again more slowly");
    if (refusal) {
        ++account.turned_away;
        return *refusal;
    }
    ++account.in_flight;
    ++in_flight_;
    return Place(*this, who);
}

void CallerLimits::leave(const PersonId& who) {
    --accounts_.at(who).in_flight;
    --in_flight_;
}

bool CallerLimits::count_refusal(const PersonId& who, Time now, std::string why) {
    Account& account = account_of(who, now);
    account.last_refusal = std::move(why);
    if (account.refusals_left < 1) return false;
    account.refusals_left -= 1;
    return true;
}

std::optional<unsigned> CallerLimits::worth_recording(const PersonId& who, Time now) {
    Account& account = account_of(who, now);
    if (account.ever_recorded && now - account.recorded < between_records) return std::nullopt;
    account.ever_recorded = true;
    account.recorded = now;
    return std::exchange(account.turned_away, 0);
}

}  // namespace seald
