#include "daemon/server/connection.hpp"

#include <spdlog/spdlog.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <exception>
#include <string_view>
#include <utility>

namespace seald {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {
constexpr std::size_t read_size = 4096;
constexpr std::size_t piece_size = 64UL * 1024;  // of a body that is passed on
constexpr auto over_allowance = asio::error::message_size;
constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
}  // namespace

Connection::Connection(std::shared_ptr<Stream> stream, Peer peer, HttpHandler& handler, const ServerLimits& limits, StrangersLines& malformed)
    : stream_(std::move(stream)),
      buffer_(2 * limits.head_bytes + read_size),  // also what bounds chunk extensions and trailers
      peer_(std::move(peer)),
      handler_(handler),
      limits_(limits),
      malformed_(malformed) {}

asio::awaitable<void> Connection::serve() {
    bool next = true;
    while (next) next = co_await serve_one();
    co_await linger();
}

asio::awaitable<void> Connection::turn_away(Rejection reason) {
    idle_ = false;
    HttpResponse answer = co_await ask_rejection(reason);
    if (!answer.retry_after) answer.retry_after = 1;
    const RequestHead none;
    Response response = make_response(std::move(answer), request_id(none), false);
    co_await send(std::move(response));
    co_await linger();
}

void Connection::finish() {
    finishing_ = true;
    if (idle_) stream_->close();
}

void Connection::cut() { stream_->close(); }

asio::awaitable<bool> Connection::serve_one() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(limits_.head_bytes));
    parser_->body_limit(boost::none);  // read_body() sets it: a body that is passed on has another limit
    const bool begun = co_await wait_for_request();
    if (!begun) co_return false;

    stream_->expires_after(limits_.request);
    const beast::error_code error = co_await read_head();
    if (error) co_return co_await give_up(error);
    id_ = request_id(parser_->get());
    if (const auto rejection = objection_to(parser_->get(), limits_)) co_return co_await refuse(*rejection);

    Reception reception = co_await ask_reception();
    if (reception.refused) co_return co_await reply(std::move(*reception.refused), Then::close);
    if (reception.receiver) co_return co_await pass_on(std::move(reception.receiver));
    co_return co_await answer();
}

asio::awaitable<bool> Connection::wait_for_request() {
    // stop() came while the last answer was on its way, or a certificate ran out
    if (finishing_ || stream_->expired()) co_return false;
    if (buffer_.size() != 0) co_return true;
    idle_ = true;
    stream_->expires_after(limits_.idle);
    const auto space = buffer_.prepare(read_size);
    const auto received = co_await stream_->read_some(space);
    buffer_.commit(received.size);
    idle_ = false;
    co_return !received.error && !finishing_;
}

asio::awaitable<beast::error_code> Connection::read_head() {
    const beast::error_code error = co_await read_until_complete(Part::head, limits_.head_bytes);
    if (error == over_allowance) co_return http::error::header_limit;
    co_return error;
}

asio::awaitable<Reception> Connection::ask_reception() {
    Reception in_memory;
    // Of a body in chunks nobody knows in advance how large it is: such a one is never passed on.
    if (parser_->get().method() != http::verb::put || !parser_->content_length()) co_return in_memory;
    HttpRequest head = question();
    co_return co_await handler_.receive(std::move(head));
}

asio::awaitable<beast::error_code> Connection::invite_body() {
    beast::error_code error;
    parser_->eager(true);
    if (parser_->is_done() || !expects_continue(parser_->get())) co_return error;
    Stream::Pieces interim{asio::buffer(go_on)};
    co_return co_await stream_->write(std::move(interim));
}

asio::awaitable<beast::error_code> Connection::read_body() {
    if (const auto announced = parser_->content_length(); announced && *announced > limits_.body_bytes)
        co_return http::error::body_limit;
    parser_->body_limit(limits_.body_bytes);
    beast::error_code error = co_await invite_body();
    if (error) co_return error;
    // Chunks cost more than what they carry, but not more than as much again; trailers are part of the head.
    error = co_await read_until_complete(Part::body, 2 * limits_.body_bytes + limits_.head_bytes);
    if (error == over_allowance) co_return http::error::body_limit;
    co_return error;
}

// Each piece has the time that a whole request has otherwise: what is large may take long, but not stand still.
asio::awaitable<bool> Connection::pass_on(std::shared_ptr<BodyReceiver> receiver) {
    beast::error_code error = co_await invite_body();
    while (!error) {
        stream_->expires_after(limits_.request);
        error = co_await read_piece();
        if (error) break;
        std::string piece = std::exchange(parser_->get().body(), {});
        auto ended = co_await receiver->take(std::move(piece));
        if (ended) co_return co_await reply(std::move(*ended), Then::close);
        if (!parser_->is_done()) continue;
        auto answer = co_await receiver->finish();
        co_return co_await reply(std::move(answer), Then::stay);
    }
    co_return co_await give_up(error);
}

asio::awaitable<beast::error_code> Connection::read_piece() {
    std::size_t used = 0;
    beast::error_code error = parse_what_is_here(used);
    while (!error && !parser_->is_done() && parser_->get().body().size() < piece_size) {
        const auto space = buffer_.prepare(read_size);
        const auto received = co_await stream_->read_some(space);
        buffer_.commit(received.size);
        error = received.error;
        if (!error) error = parse_what_is_here(used);
    }
    co_return error;
}

// Beast's header_limit bounds what is not parsed yet, not the sum of all fields, and nothing in Beast bounds trailers
// and chunk extensions. So the bytes are counted here.
asio::awaitable<beast::error_code> Connection::read_until_complete(Part part, std::size_t allowed) {
    std::size_t used = 0;
    beast::error_code error = parse_what_is_here(used);
    while (!error && !has(part)) {
        if (used + buffer_.size() > allowed) co_return over_allowance;
        if (buffer_.max_size() - buffer_.size() < read_size) co_return http::error::buffer_overflow;
        const auto space = buffer_.prepare(read_size);
        const auto received = co_await stream_->read_some(space);
        buffer_.commit(received.size);
        error = received.error;
        if (!error) error = parse_what_is_here(used);
    }
    if (!error && used > allowed) co_return over_allowance;
    co_return error;
}

beast::error_code Connection::parse_what_is_here(std::size_t& used) {
    beast::error_code error;
    if (buffer_.size() == 0 || parser_->is_done()) return error;
    const std::size_t size = parser_->put(buffer_.data(), error);
    buffer_.consume(size);
    used += size;
    if (error == http::error::need_more) error = {};
    return error;
}

asio::awaitable<bool> Connection::give_up(beast::error_code error) {
    if (const auto rejection = rejection_of(error, parser_->get(), limits_)) co_return co_await refuse(*rejection);
    co_return false;  // gone, or too slow
}

asio::awaitable<bool> Connection::refuse(Rejection rejection) {
    const RequestHead& head = parser_->get();
    const std::string id = request_id(head);
    if (const auto more = malformed_.admit(std::chrono::steady_clock::now()))
        spdlog::warn("request={} {} status={} not a request: {}{}", id, to_string(peer_), rejection.status, rejection.problem, *more);
    HttpResponse answer = co_await ask_rejection(rejection);
    Response response = make_response(std::move(answer), id, false);
    if (head.method() == http::verb::head) strip_for_head(response);
    co_await send(std::move(response));
    co_return false;  // where the next request would begin is unknown
}

HttpRequest Connection::question() const {
    const Request& request = parser_->get();
    HttpRequest question;
    question.id = id_;
    question.method = std::string(request.method_string());
    question.target = std::string(request.target());
    question.peer = peer_;
    if (const auto announced = parser_->content_length()) question.length = *announced;
    return question;
}

asio::awaitable<bool> Connection::answer() {
    const beast::error_code error = co_await read_body();
    if (error) co_return co_await give_up(error);
    HttpRequest request = question();
    request.body = std::move(parser_->get().body());
    HttpResponse answer = co_await ask_handler(std::move(request));
    co_return co_await reply(std::move(answer), Then::stay);
}

asio::awaitable<bool> Connection::reply(HttpResponse answer, Then then) {
    const Request& request = parser_->get();
    const bool is_head = request.method() == http::verb::head;
    const bool stays = then == Then::stay && request.keep_alive() && !finishing_;
    auto source = is_head ? nullptr : answer.source;
    Response response = make_response(std::move(answer), id_, stays);
    if (is_head) strip_for_head(response);
    bool sent = false;
    if (source)
        sent = co_await send_pieces(std::move(response), std::move(source));
    else
        sent = co_await send(std::move(response));
    co_return sent&& stays;
}

asio::awaitable<HttpResponse> Connection::ask_handler(HttpRequest request) {
    const std::string id = request.id;
    try {
        co_return co_await handler_.handle(std::move(request));
    } catch (const std::exception& fault) {
        spdlog::error("request={} {} the handler threw: {}", id, to_string(peer_), fault.what());
    }
    const Rejection fault{500, "a fault of the daemon; its log has the details"};
    co_return co_await ask_rejection(fault);
}

asio::awaitable<HttpResponse> Connection::ask_rejection(Rejection reason) {
    std::string problem(reason.problem);
    co_return co_await handler_.reject(peer_, reason.status, std::move(problem));
}

}  // namespace seald
