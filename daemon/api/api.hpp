// The API: identifies the caller, finds the route, turns the result into an answer, writes one log line per request and,
// for what an identified caller was refused, a ledger entry.
#pragma once
#include <chrono>

#include "daemon/api/caller_limits.hpp"
#include "daemon/api/router.hpp"
#include "daemon/identity/identifier.hpp"
#include "daemon/log/strangers_lines.hpp"
#include "daemon/metrics/metrics.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class Api final : public HttpHandler {
  public:
    Api(Router router, const Identifier& identifier, const PolicyInForce& policies, Store& store, const Clock& clock, Metrics& metrics)
        : router_(std::move(router)), identifier_(identifier), policies_(policies), store_(store), clock_(clock), metrics_(metrics) {}

    boost::asio::awaitable<HttpResponse> handle(HttpRequest request) override;
    boost::asio::awaitable<Reception> receive(HttpRequest head) override;
    boost::asio::awaitable<HttpResponse> reject(Peer peer, int status, std::string problem) override;

    unsigned requests_in_flight() const { return limits_.in_flight(); }

  private:
    class Receiver;
    // One log line per request, and one more in the figures.
    using Started = std::chrono::steady_clock::time_point;
    void note(const HttpRequest& request, std::string_view caller, const HttpResponse& response, const std::optional<Error>& error, Started started);
    HttpResponse turn_stranger_away(const HttpRequest& request, Error error, Started started);
    boost::asio::awaitable<HttpResponse> refuse(Caller caller, HttpRequest request, Error error, std::chrono::steady_clock::time_point started);
    boost::asio::awaitable<Result<std::unique_ptr<IncomingBody>>> begin_upload(const Caller& caller, const HttpRequest& head, Router::UploadMatch match);
    boost::asio::awaitable<Result<HttpResponse>> answer(const Caller& caller, const HttpRequest& request, const Target& target);
    boost::asio::awaitable<HttpResponse> turn_away(Caller caller, HttpRequest request, Error error);
    boost::asio::awaitable<void> record(Caller caller, HttpRequest request, Error error);

    Router router_;
    const Identifier& identifier_;
    const PolicyInForce& policies_;
    Store& store_;
    const Clock& clock_;
    Metrics& metrics_;
    CallerLimits limits_;
    StrangersLines strangers_;
};

}  // namespace seald
