// One HTTP/1.1 request to the daemon over its Unix socket or over TLS, one answer, within a time limit. Refuses answers that are
// not HTTP or larger than max_answer_bytes; never retries, since only the caller knows whether that is safe.
#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "client/server_address.hpp"
#include "core/error.hpp"

namespace seald {

inline constexpr std::size_t max_answer_bytes = 64 * 1024 * 1024;  // 1,000 signatures with chains and receipts fit

struct HttpRequest {
    enum class Method { get, post, put };
    Method method = Method::get;
    std::string target;
    std::string body;  // JSON; for post only
    // For put: the body's length, and its next piece. An empty piece before its end gives up.
    std::uint64_t length = 0;
    std::function<std::string()> next_piece = {};
    // Takes the body of a 2xx answer in pieces, instead of HttpAnswer::body. False gives up.
    std::function<bool(std::string_view)> take = {};
    std::chrono::milliseconds time_limit{30'000};  // for all of it; of what comes in pieces, for each piece
};

struct HttpAnswer {
    unsigned status = 0;
    std::string body;
};

Result<HttpAnswer> exchange(const ServerAddress& server, const HttpRequest& request);  // unavailable

}  // namespace seald
