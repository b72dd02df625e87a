#include "client/exit_code.hpp"

namespace seald {

ExitCode exit_code(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed:
        case ErrorCode::too_large:
        case ErrorCode::unacceptable:
            return ExitCode::bad_input;
        case ErrorCode::not_identified:
        case ErrorCode::refused:
        case ErrorCode::conflict:
            return ExitCode::refused;
        case ErrorCode::not_found:
            return ExitCode::not_found;
        case ErrorCode::too_many:
        case ErrorCode::unavailable:
        case ErrorCode::internal:
            return ExitCode::unavailable;
        case ErrorCode::verification_failed:
            return ExitCode::verification_failed;
    }
    return ExitCode::unavailable;
}

int to_int(ExitCode code) { return static_cast<int>(code); }

}  // namespace seald
