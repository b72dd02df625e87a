#include "daemon/api/responses.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

namespace seald {
namespace {

namespace json = boost::json;

int status_of(ErrorCode code) {
    switch (code) {
        case ErrorCode::malformed: return 400;
        case ErrorCode::not_identified: return 401;
        case ErrorCode::refused: return 403;
        case ErrorCode::not_found: return 404;
        case ErrorCode::conflict: return 409;
        case ErrorCode::too_large: return 413;
        case ErrorCode::unacceptable: return 422;
        case ErrorCode::verification_failed: return 422;
        case ErrorCode::too_many: return 429;
        case ErrorCode::unavailable: return 503;
        case ErrorCode::internal: return 500;
    }
    return 500;
}

}  // namespace

HttpResponse json_response(const json::object& body, int status) {
    return {.status = status, .content_type = "application/json", .body = json::serialize(body) + "\n", .retry_after = {}};
}

HttpResponse text_response(std::string body) {
    return {.status = 200, .content_type = "text/plain; charset=utf-8", .body = std::move(body), .retry_after = {}};
}

json::object error_body(const Error& error) {
    json::value rule = nullptr;
    if (!error.rule.empty()) rule = error.rule;
    return {{"error", json::object{{"code", to_string(error.code)},
                                   {"message", error.message},
                                   {"rule", std::move(rule)},
                                   {"missing", json::value_from(error.missing)},
                                   {"retry", error.retry}}}};
}

HttpResponse error_response(const Error& error) {
    HttpResponse response = json_response(error_body(error), status_of(error.code));
    const bool soon = error.rule != "daily-limit" && error.rule != "issuer-daily-limit";  // `missing` says when the next day begins
    if (soon && (error.retry || error.code == ErrorCode::too_many)) response.retry_after = 1;
    return response;
}

}  // namespace seald
