// What the server hands to the API and gets back: HTTP without sockets or Beast.
#pragma once
#include <boost/asio/awaitable.hpp>
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
};

struct HttpResponse {
    int status = 200;
    std::string content_type = "application/json";
    std::string body;
    std::optional<int> retry_after;  // seconds
};

class HttpHandler {
  public:
    virtual ~HttpHandler() = default;
    virtual boost::asio::awaitable<HttpResponse> handle(HttpRequest request) = 0;
    // The answer to what never became a request: malformed HTTP, or over a limit.
    virtual boost::asio::awaitable<HttpResponse> reject(Peer peer, int status, std::string problem) = 0;
};

}  // namespace seald
