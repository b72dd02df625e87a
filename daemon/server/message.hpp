// HTTP messages, judged and made without a socket: what is refused before it becomes a request, and what every
// answer carries. Stricter than Beast where a second reader could see another message (request smuggling).
#pragma once
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/api/http.hpp"
#include "daemon/server/limits.hpp"

namespace seald {

// A body as it comes in, appended to a string that its reader may empty on the way. Nothing is reserved for what was only
// announced.
struct GrowingBody {
    using value_type = std::string;
    class reader {
      public:
        template <bool is_request, class Fields>
        reader(boost::beast::http::header<is_request, Fields>&, value_type& body) : body_(body) {}
        void init(const boost::optional<std::uint64_t>&, boost::beast::error_code& error) { error = {}; }
        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::beast::error_code& error) {
            error = {};
            std::size_t size = 0;
            for (const boost::asio::const_buffer part : boost::beast::buffers_range_ref(buffers)) {
                body_.append(static_cast<const char*>(part.data()), part.size());
                size += part.size();
            }
            return size;
        }
        void finish(boost::beast::error_code& error) { error = {}; }

      private:
        value_type& body_;
    };
};

using Request = boost::beast::http::request<GrowingBody>;
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

Response make_response(HttpResponse answer, const std::string& id, bool keep_alive);  // without the body of a source
// HEAD is answered (by a refusal), but an answer to HEAD has no body: RFC 9110 section 9.3.2.
void strip_for_head(Response& response);

}  // namespace seald
