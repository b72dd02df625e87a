// What sealctl tells the shell. Scripts rely on these numbers, so every error becomes one of them here and nowhere
// else.
#pragma once
#include "core/error.hpp"

namespace seald {

enum class ExitCode : int {
    done = 0,
    refused = 1,              // not permitted, approval missing, seal not in force
    bad_input = 2,            // wrong usage or input that cannot be accepted
    not_found = 3,            // no such seal, application, token, entry, file
    unavailable = 4,          // daemon, token or disk; trying again may help
    verification_failed = 5,  // a signature, proof or ledger does not check out
};

ExitCode exit_code(ErrorCode code);
int to_int(ExitCode code);

}  // namespace seald
