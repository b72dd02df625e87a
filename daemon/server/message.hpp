// HTTP messages, judged and made without a socket: what is refused before it becomes a request, and what every
// answer carries. Stricter than Beast where a second reader could see another message (request smuggling).
#pragma once
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/api/http.hpp"
#include "daemon/server/limits.hpp"

namespace seald {

using Request = boost::beast::http::request<boost::beast::http::string_body>;
using Response = boost::beast::http::response<boost::beast::http::string_body>;
using RequestHead = Request::header_type;

struct Rejection {
    int status;
    std::string_view problem;
};

// What a complete head forbids; nothing when its request may go on.
std::optional<Rejection> objection_to(const RequestHead& head, const ServerLimits& limits);

// What a failed read means, `head` being what came before; nothing when the client went away or was too slow: it gets
// no answer.
std::optional<Rejection> rejection_of(boost::beast::error_code error, const RequestHead& head,
                                      const ServerLimits& limits);

bool expects_continue(const RequestHead& head);

// X-Request-Id as sent if it is 1 to 64 of [A-Za-z0-9._-], else a new one: it goes into log lines.
std::string request_id(const RequestHead& head);

Response make_response(HttpResponse answer, const std::string& id, bool keep_alive);
// HEAD is answered (by a refusal), but an answer to HEAD has no body: RFC 9110 section 9.3.2.
void strip_for_head(Response& response);

}  // namespace seald
