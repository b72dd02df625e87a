#include "daemon/api/readiness.hpp"

#include "daemon/store/space_reserve.hpp"

namespace seald {

Readiness judge_token(const TokenFacts& facts) {
    if (facts.state == "locked" && !facts.pin_untouched)
        return Finding{"pin-wrong", facts.advice + "; the token says that a wrong PIN was tried"};
    if (facts.state != "ready") return Finding{"token-" + std::string(facts.state), facts.advice};
    if (facts.line_full) return Finding{"queue-full", "too many signatures wait for this token"};
    return std::nullopt;
}

Readiness judge_ledger(const LedgerFacts& facts) {
    if (facts.full || facts.free_bytes < SpaceReserve::least_free)
        return Finding{"disk-full", "free at least " + std::to_string(SpaceReserve::least_free >> 20) + " MB where the ledger is"};
    if (!facts.failing.empty()) return Finding{"ledger-not-writable", "the last write failed: " + facts.failing};
    return std::nullopt;
}

Readiness judge_witnesses(const WitnessFacts& facts) {
    if (facts.waiting <= facts.patience) return std::nullopt;
    return Finding{"witnesses-behind", "entries have waited " + to_string(facts.waiting) + " to be cosigned by at least " + std::to_string(facts.quorum) +
                                           " witnesses; `sealctl status` says what each one's problem is"};
}

Readiness judge_seal(const Result<void>& in_force, const Readiness& token) {
    if (!in_force) return Finding{in_force.error().rule, in_force.error().message};
    return token;
}

}  // namespace seald
