// Which function answers which method and path. Patterns are "/v1/seals/{name}/signatures": a {part} matches one segment,
// a last {part...} all that are left, at least one.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
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
    std::uint64_t length = 0;  // of the body, as announced; for uploads
};

// A body on its way in, and the answer once all of it is here.
class IncomingBody {
  public:
    virtual ~IncomingBody() = default;
    virtual boost::asio::awaitable<Result<void>> add(std::string piece) = 0;
    virtual boost::asio::awaitable<Result<HttpResponse>> finish() = 0;
};

using RouteHandler = std::function<boost::asio::awaitable<Result<HttpResponse>>(Call)>;

using UploadHandler = std::function<boost::asio::awaitable<Result<std::unique_ptr<IncomingBody>>>(Call)>;

struct Target {
    std::vector<std::string> segments;
    std::map<std::string, std::string, std::less<>> query;
};
Result<Target> decode_target(std::string_view target);  // malformed: not an origin-form, bad escapes, a repeated parameter

class Router {
  public:
    void add(std::string method, std::string_view pattern, RouteHandler handler);

    void add_upload(std::string_view pattern, UploadHandler handler);  // PUT

    struct Match {
        const RouteHandler* handler;
        std::map<std::string, std::string, std::less<>> path;
    };
    // not_found for an unknown path; malformed with rule "method-not-allowed" for a known one.
    Result<Match> find(std::string_view method, const std::vector<std::string>& segments) const;

    struct UploadMatch {
        const UploadHandler* handler;
        std::map<std::string, std::string, std::less<>> path;
    };
    std::optional<UploadMatch> find_upload(const std::vector<std::string>& segments) const;

  private:
    struct Route {
        std::string method;
        std::vector<std::string> pattern;
        RouteHandler handler;
    };
    struct UploadRoute {
        std::vector<std::string> pattern;
        UploadHandler handler;
    };
    std::vector<Route> routes_;
    std::vector<UploadRoute> uploads_;
};

}  // namespace seald
