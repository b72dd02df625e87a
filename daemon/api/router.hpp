// Which function answers which method and path. Patterns are "/v1/seals/{name}/signatures": a {part} matches one segment.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "daemon/api/http.hpp"

namespace seald {

// A request whose caller is known, taken apart.
struct Call {
    Caller caller;
    std::string request_id;
    std::map<std::string, std::string, std::less<>> path;   // {part} -> segment, percent-decoded
    std::map<std::string, std::string, std::less<>> query;  // each at most once
    std::string body;
};

using RouteHandler = std::function<boost::asio::awaitable<Result<HttpResponse>>(Call)>;

struct Target {
    std::vector<std::string> segments;
    std::map<std::string, std::string, std::less<>> query;
};
Result<Target> decode_target(std::string_view target);  // malformed: not an origin-form, bad escapes, a repeated parameter

class Router {
  public:
    void add(std::string method, std::string_view pattern, RouteHandler handler);

    struct Match {
        const RouteHandler* handler;
        std::map<std::string, std::string, std::less<>> path;
    };
    // not_found for an unknown path; malformed with rule "method-not-allowed" for a known one.
    Result<Match> find(std::string_view method, const std::vector<std::string>& segments) const;

  private:
    struct Route {
        std::string method;
        std::vector<std::string> pattern;
        RouteHandler handler;
    };
    std::vector<Route> routes_;
};

}  // namespace seald
