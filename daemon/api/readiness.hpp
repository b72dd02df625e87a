// What stands between a seal and its use right now, each with a code that programs tell apart and words that say what helps.
// Pure: values in, findings out.
#pragma once
#include <optional>
#include <string>

#include "core/error.hpp"

namespace seald {

struct Finding {
    std::string code;    // "token-absent" "token-locked" "pin-wrong" "token-failed" "token-starting" "queue-full"
                         // "certificate-not-valid" … "ledger-not-writable" "disk-full"
    std::string reason;
};
using Readiness = std::optional<Finding>;  // nothing: ready

struct TokenFacts {
    std::string_view state;  // Token::state_word()
    bool pin_untouched = true;  // no wrong PIN since the last right one
    bool line_full = false;
    std::string advice;
};
Readiness judge_token(const TokenFacts& facts);

struct LedgerFacts {
    std::string failing;  // why the last commit failed
    bool full = false;    // the writer records only what must be
    std::uint64_t free_bytes = 0;
};
Readiness judge_ledger(const LedgerFacts& facts);

// A seal is ready when it may sign and its token can.
Readiness judge_seal(const Result<void>& in_force, const Readiness& token);

}  // namespace seald
