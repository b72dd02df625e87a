// What stands between a seal and its use right now, each with a code that programs tell apart and words that say what helps.
// Pure: values in, findings out.
#pragma once
#include <optional>
#include <string>

#include "core/error.hpp"
#include "core/time.hpp"

namespace seald {

struct Finding {
    std::string code;    // "token-absent" "token-locked" "pin-wrong" "token-failed" "token-starting" "queue-full"
                         // "certificate-not-valid" … "ledger-not-writable" "disk-full" "witnesses-behind"
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

// The ledger's witnesses hold up nothing: a note, which leaves the daemon ready.
struct WitnessFacts {
    std::size_t quorum = 0;
    seconds patience{0}, waiting{0};  // how long the first entry that a quorum has not seen has waited
};
Readiness judge_witnesses(const WitnessFacts& facts);

// A seal is ready when it may sign and its token can.
Readiness judge_seal(const Result<void>& in_force, const Readiness& token);

}  // namespace seald
