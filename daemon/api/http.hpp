// What the server hands to the API and gets back: HTTP without sockets or Beast.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <optional>
#include <string>

#include "daemon/model/caller.hpp"

namespace seald {

struct HttpRequest {
    std::string id;        // X-Request-Id as sent if clean and at most 64 bytes, else made here
    std::string method;    // "GET"
    std::string target;    // as sent: path and query, still percent-encoded
    std::string body;
    Peer peer;
    std::optional<std::uint64_t> length = {};  // of the body, as announced; none: in chunks
};

// A body that is given out in pieces, because it may be too large for memory.
class BodySource {
  public:
    virtual ~BodySource() = default;
    virtual std::uint64_t size() const = 0;
    // The next piece. Empty before size() bytes were given: it cannot go on, and the connection is cut.
    virtual boost::asio::awaitable<std::string> next() = 0;
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::optional<int> retry_after;  // seconds
    std::shared_ptr<BodySource> source = {};  // instead of `body`
};

// Takes a body in pieces, as it arrives, and answers its request.
class BodyReceiver {
  public:
    virtual ~BodyReceiver() = default;
    // An answer ends the request at once; the rest of its body is not wanted.
    virtual boost::asio::awaitable<std::optional<HttpResponse>> take(std::string piece) = 0;
    virtual boost::asio::awaitable<HttpResponse> finish() = 0;
};

// What becomes of a body, said when its request's head is here. Neither: it is kept in memory and goes to handle().
struct Reception {
    std::shared_ptr<BodyReceiver> receiver;
    std::optional<HttpResponse> refused;
};

class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    virtual boost::asio::awaitable<HttpResponse> handle(HttpRequest request) = 0;
    // Asked about every PUT, with everything but the body.
    virtual boost::asio::awaitable<Reception> receive(HttpRequest head);
    // The answer to what never became a request: malformed HTTP, or over a limit.
    virtual boost::asio::awaitable<HttpResponse> reject(Peer peer, int status, std::string problem) = 0;
};

inline boost::asio::awaitable<Reception> HttpHandler::receive(HttpRequest) {
    Reception in_memory;
    co_return in_memory;
}

}  // namespace seald
