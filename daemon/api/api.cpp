#include "daemon/api/api.hpp"

#include <spdlog/spdlog.h>

#include "core/json.hpp"
#include "daemon/api/refused_request.hpp"
#include "daemon/api/responses.hpp"
#include "daemon/log/log.hpp"
#include "daemon/store/sqlite.hpp"
#include "daemon/version.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;

HttpResponse health() { return json_response({{"status", "ok"}, {"version", version}}); }

// A warning is the client's fault, an error ours.
LogLevel level_of(int status) {
    if (status >= 500) return spdlog::level::err;
    return status >= 400 ? spdlog::level::warn : spdlog::level::info;
}

std::string words(const std::optional<Error>& error) {
    if (!error) return {};
    return error->message + (error->detail.empty() ? "" : " [" + error->detail + "]");
}

std::string milliseconds(std::chrono::steady_clock::duration took) {
    return fmt::format("{:.1f}", std::chrono::duration<double, std::milli>(took).count());
}

}  // namespace

void Api::note(const HttpRequest& request, std::string_view caller, const HttpResponse& response, const std::optional<Error>& error, Started started) {
    const auto took = std::chrono::steady_clock::now() - started;
    const std::string rule = error && !error->rule.empty() ? error->rule : "-";
    metrics_.count_request(request.method, response.status, rule, took);
    log_event(level_of(response.status),
              {{"request", request.id},
               {"caller", std::string(caller)},
               {"peer", to_string(request.peer)},
               {"method", request.method},
               {"path", request.target.substr(0, request.target.find('?'))},
               {"status", std::to_string(response.status)},
               {"ms", milliseconds(took)},
               {"rule", rule}},
              words(error));
}

HttpResponse Api::turn_stranger_away(const HttpRequest& request, Error error, Started started) {
    auto response = error_response(error);
    const auto more = strangers_.admit(started);
    if (!more) {
        metrics_.count_request(request.method, response.status, "-", std::chrono::steady_clock::now() - started);
        return response;
    }
    error.message += *more;
    note(request, "-", response, error, started);
    return response;
}

asio::awaitable<HttpResponse> Api::handle(HttpRequest request) {
    const auto started = std::chrono::steady_clock::now();
    auto target = decode_target(request.target);
    if (!target) co_return turn_stranger_away(request, target.error(), started);
    if (request.method == "GET" && target->segments == std::vector<std::string>{"v1", "health"}) co_return health();

    auto caller = identifier_.identify(request.peer);
    if (!caller) co_return turn_stranger_away(request, caller.error(), started);
    const auto place = limits_.enter(caller->id(), started);
    if (!place) co_return co_await turn_away(std::move(*caller), std::move(request), place.error());
    auto result = co_await answer(*caller, request, *target);
    if (result) {
        note(request, caller->id().str(), *result, std::nullopt, started);
        co_return std::move(*result);
    }
    co_return co_await refuse(std::move(*caller), std::move(request), result.error(), started);
}

asio::awaitable<HttpResponse> Api::refuse(Caller caller, HttpRequest request, Error error, std::chrono::steady_clock::time_point started) {
    auto response = error_response(error);
    if (error.rule == "method-not-allowed") response.status = 405;
    note(request, caller.id().str(), response, error, started);
    // Looking something up and not finding it is no refusal; being told no is.
    const bool no = request.method != "GET" || error.code == ErrorCode::refused;
    if (no) limits_.count_refusal(caller.id(), started, error.message);
    // What is refused because the disk is full would fill the space that is kept for stops: one a minute says it.
    const bool spare = no && error.rule == disk_full_rule && !limits_.worth_recording(caller.id(), started);
    if (no && !spare) co_await record(std::move(caller), std::move(request), std::move(error));
    co_return response;
}

// A flood must fill neither the log nor the ledger.
asio::awaitable<HttpResponse> Api::turn_away(Caller caller, HttpRequest request, Error error) {
    const auto now = std::chrono::steady_clock::now();
    auto response = error_response(error);
    const auto how_many = limits_.worth_recording(caller.id(), now);
    if (!how_many) {
        metrics_.count_request(request.method, response.status, error.rule, {});
        co_return response;
    }
    if (*how_many > 1) error.message += "; since this was last recorded, " + std::to_string(*how_many) + " requests";
    note(request, caller.id().str(), response, error, now);
    co_await record(std::move(caller), std::move(request), std::move(error));
    co_return response;
}

// An upload under way: the same log line, the same record of a refusal, as any other request.
class Api::Receiver final : public BodyReceiver {
  public:
    Receiver(Api& api, Caller caller, HttpRequest head, std::unique_ptr<IncomingBody> body, CallerLimits::Place place,
             std::chrono::steady_clock::time_point started)
        : api_(api), caller_(std::move(caller)), head_(std::move(head)), body_(std::move(body)), place_(std::move(place)), started_(started) {}

    asio::awaitable<std::optional<HttpResponse>> take(std::string piece) override {
        auto taken = co_await body_->add(std::move(piece));
        if (taken) co_return std::nullopt;
        co_return co_await api_.refuse(caller_, head_, taken.error(), started_);
    }
    asio::awaitable<HttpResponse> finish() override {
        auto result = co_await body_->finish();
        if (!result) co_return co_await api_.refuse(caller_, head_, result.error(), started_);
        api_.note(head_, caller_.id().str(), *result, std::nullopt, started_);
        co_return std::move(*result);
    }

  private:
    Api& api_;
    Caller caller_;
    HttpRequest head_;
    std::unique_ptr<IncomingBody> body_;
    CallerLimits::Place place_;
    std::chrono::steady_clock::time_point started_;
};

asio::awaitable<Reception> Api::receive(HttpRequest head) {
    const auto started = std::chrono::steady_clock::now();
    Reception reception;
    auto target = decode_target(head.target);
    auto match = target ? router_.find_upload(target->segments) : std::nullopt;
    auto caller = identifier_.identify(head.peer);
    if (!match || !caller) co_return reception;  // handle() says what is wrong
    auto place = limits_.enter(caller->id(), started);
    if (!place) {
        reception.refused = co_await turn_away(std::move(*caller), std::move(head), place.error());
        co_return reception;
    }
    auto body = co_await begin_upload(*caller, head, std::move(*match));
    if (body)
        reception.receiver =
            std::make_shared<Receiver>(*this, std::move(*caller), std::move(head), std::move(*body), std::move(*place), started);
    else
        reception.refused = co_await refuse(std::move(*caller), std::move(head), body.error(), started);
    co_return reception;
}

asio::awaitable<Result<std::unique_ptr<IncomingBody>>> Api::begin_upload(const Caller& caller, const HttpRequest& head,
                                                                         Router::UploadMatch match) try {
    Call call{.caller = caller, .request_id = head.id, .path = std::move(match.path), .query = {}, .body = {}, .length = head.length.value_or(0)};
    co_return co_await (*match.handler)(std::move(call));
} catch (const std::exception& bug) {
    co_return internal_error(bug.what());
}

asio::awaitable<Result<HttpResponse>> Api::answer(const Caller& caller, const HttpRequest& request, const Target& target) try {
    auto match = router_.find(request.method, target.segments);
    if (!match) co_return match.error();
    Call call{.caller = caller, .request_id = request.id, .path = std::move(match->path), .query = target.query, .body = request.body};
    co_return co_await (*match->handler)(std::move(call));
} catch (const std::exception& bug) {
    co_return internal_error(bug.what());
}

asio::awaitable<void> Api::record(Caller caller, HttpRequest request, Error error) {
    auto refused = describe_refused_request(request);
    refused.policy = policies_.current()->sha256;
    auto recorded = co_await record_refusal(store_, std::move(caller), std::move(refused), std::move(error), clock_.now());
    if (!recorded) spdlog::error("request={} the refusal could not be recorded: {} [{}]", request.id, recorded.error().message, recorded.error().detail);
}

// The server has logged it already: what never became a request has no path and no method.
asio::awaitable<HttpResponse> Api::reject(Peer peer, int status, std::string problem) {
    const auto code = status == 400 ? ErrorCode::malformed : status == 503 || status == 429 ? ErrorCode::too_many : ErrorCode::too_large;
    Error error{.code = code, .message = std::move(problem)};
    auto response = error_response(error);
    response.status = status;
    metrics_.count_request("-", status, "-", {});
    auto caller = identifier_.identify(peer);
    if (!caller) co_return response;
    const auto now = std::chrono::steady_clock::now();
    if (!limits_.count_refusal(caller->id(), now, error.message)) co_return response;
    if (code == ErrorCode::too_many && !limits_.worth_recording(caller->id(), now)) co_return response;
    HttpRequest request{.id = "-", .method = "-", .target = "-", .body = {}, .peer = std::move(peer)};
    co_await record(std::move(*caller), std::move(request), std::move(error));
    co_return response;
}

}  // namespace seald
