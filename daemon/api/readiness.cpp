#include "daemon/api/readiness.hpp"

namespace seald {
namespace {

constexpr std::uint64_t least_free = 16UL * 1024 * 1024;

}  // namespace

Readiness judge_token(const TokenFacts& facts) {
    if (facts.state == "locked" && !facts.pin_untouched)
        return Finding{"pin-wrong", facts.advice + "; the token says that a wrong PIN was tried"};
    if (facts.state != "ready") return Finding{"token-" + std::string(facts.state), facts.advice};
    if (facts.line_full) return Finding{"queue-full", "too many signatures wait for this token"};
    return std::nullopt;
}

Readiness judge_ledger(const LedgerFacts& facts) {
    if (facts.free_bytes < least_free) return Finding{"disk-full", "hardly anything is free where the ledger is: make room"};
    if (!facts.failing.empty()) return Finding{"ledger-not-writable", "the last write failed: " + facts.failing};
    return std::nullopt;
}

Readiness judge_seal(const Result<void>& in_force, const Readiness& token) {
    if (!in_force) return Finding{in_force.error().rule, in_force.error().message};
    return token;
}

}  // namespace seald
