#include "daemon/server/message.hpp"

#include <algorithm>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/field.hpp>
#include <random>

#include "core/encoding.hpp"

namespace seald {
namespace {

namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr unsigned http_1_1 = 11;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_id_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '.' || c == '_' || c == '-';
}

std::string new_id() {
    std::random_device source;
    Bytes bytes(16);
    std::generate(bytes.begin(), bytes.end(), [&source] { return static_cast<std::uint8_t>(source()); });
    return encode_hex(bytes);
}

// RFC 9112 section 6.1: with both fields, or in HTTP/1.0, or with a coding other than chunked, where the message
// ends is open to doubt.
bool has_doubtful_length(const RequestHead& head) {
    const auto codings = head.count(http::field::transfer_encoding);
    const auto length = head[http::field::content_length];
    if (!std::all_of(length.begin(), length.end(), is_digit)) return true;  // "2, 2" is Beast's 2
    if (codings == 0) return head.count(http::field::content_length) > 1;
    return codings > 1 || head.version() != http_1_1 || head.count(http::field::content_length) != 0 ||
           !beast::iequals(head[http::field::transfer_encoding], "chunked");
}

}  // namespace

std::optional<Rejection> objection_to(const RequestHead& head, const ServerLimits& limits) {
    if (head.target().size() > limits.target_bytes) return Rejection{414, "the target is too long"};
    if (has_doubtful_length(head)) return Rejection{400, "the body's length is stated in conflicting ways"};
    // RFC 9112 section 3.2: a request without Host, or with two, is answered 400.
    const auto hosts = head.count(http::field::host);
    if (hosts > 1 || (hosts == 0 && head.version() == http_1_1)) return Rejection{400, "there must be one Host field"};
    return std::nullopt;
}

std::optional<Rejection> rejection_of(beast::error_code error, const RequestHead& head, const ServerLimits& limits) {
    if (error == http::error::body_limit) return Rejection{413, "the body is too large"};
    if (error == http::error::header_limit) {
        const bool in_request_line = head.target().empty();  // not even that was complete
        if (in_request_line || head.target().size() > limits.target_bytes)
            return Rejection{414, "the target is too long"};
        return Rejection{431, "the head is too large"};
    }
    if (error == http::error::end_of_stream || error == http::error::partial_message) return std::nullopt;
    const beast::error_code any_http_error = http::error::bad_method;
    if (error.category() == any_http_error.category()) return Rejection{400, "this is not HTTP/1.1"};
    return std::nullopt;
}

bool expects_continue(const RequestHead& head) {
    return head.version() == http_1_1 && beast::iequals(head[http::field::expect], "100-continue");
}

std::string request_id(const RequestHead& head) {
    const auto sent = head["X-Request-Id"];
    const bool clean = !sent.empty() && sent.size() <= 64 && std::all_of(sent.begin(), sent.end(), is_id_character);
    return clean ? std::string(sent) : new_id();
}

Response make_response(HttpResponse answer, const std::string& id, bool keep_alive) {
    Response response;
    response.version(http_1_1);
    response.result(static_cast<unsigned>(answer.status));
    response.set(http::field::content_type, answer.content_type);
    response.set(http::field::cache_control, "no-store");
    response.set("X-Request-Id", id);
    if (answer.retry_after) response.set(http::field::retry_after, std::to_string(*answer.retry_after));
    response.body() = std::move(answer.body);
    response.keep_alive(keep_alive);
    if (answer.source)
        response.content_length(answer.source->size());
    else
        response.prepare_payload();
    return response;
}

void strip_for_head(Response& response) {
    response.body().clear();
    response.erase(http::field::content_length);
}

}  // namespace seald
