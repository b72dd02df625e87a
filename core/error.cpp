#include "core/error.hpp"

#include <stdexcept>
#include <utility>

namespace seald {

std::string_view to_string(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed:
            return "malformed";
        case ErrorCode::not_identified:
            return "not-identified";
        case ErrorCode::refused:
            return "refused";
        case ErrorCode::not_found:
            return "not-found";
        case ErrorCode::conflict:
            return "conflict";
        case ErrorCode::too_large:
            return "too-large";
        case ErrorCode::unacceptable:
            return "unacceptable";
        case ErrorCode::too_many:
            return "too-many";
        case ErrorCode::unavailable:
            return "unavailable";
        case ErrorCode::verification_failed:
            return "verification-failed";
        case ErrorCode::internal:
            return "internal";
    }
    return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    std::string what = std::string(to_string(error.code)) + ": " + error.message;
    if (!error.detail.empty()) what += " (" + error.detail + ")";
    throw std::runtime_error(what);
}

Error malformed(std::string message) { return {.code = ErrorCode::malformed, .message = std::move(message)}; }

Error refusal(std::string rule, std::string message, std::vector<std::string> missing) {
    return {.code = ErrorCode::refused,
            .message = std::move(message),
            .rule = std::move(rule),
            .missing = std::move(missing)};
}

Error not_found(std::string message) { return {.code = ErrorCode::not_found, .message = std::move(message)}; }

Error conflict(std::string rule, std::string message) {
    return {.code = ErrorCode::conflict, .message = std::move(message), .rule = std::move(rule)};
}

Error unacceptable(std::string message) { return {.code = ErrorCode::unacceptable, .message = std::move(message)}; }

Error unavailable(std::string message, bool retry, std::string detail) {
    return {.code = ErrorCode::unavailable, .message = std::move(message), .retry = retry, .detail = std::move(detail)};
}

Error verification_failed(std::string message) {
    return {.code = ErrorCode::verification_failed, .message = std::move(message)};
}

Error internal_error(std::string detail) {
    return {.code = ErrorCode::internal,
            .message = "internal error; the daemon's log has the details",
            .detail = std::move(detail)};
}

}  // namespace seald
