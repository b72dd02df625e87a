// The quarterly audit (季度審計): who used which seal, what was refused, what lies unused, what is about to expire. Pure.
#pragma once
#include "client/check.hpp"
#include "client/reports/excerpt.hpp"

namespace seald::reports {

struct AuditInput {
    Period period;
    OfficeHours hours;
    Timestamp now;
    Entries entries;          // of the period
    Entries later;            // intents and outcomes after it, up to now: they may use the period's approvals, or give them back
    Entries sign_offs;        // of any time
    boost::json::array seals, tokens;  // as the API lists them today
    std::vector<Check> ledger;         // what `ledger verify` found
};

Document audit(const AuditInput& input);

}  // namespace seald::reports
