#include "client/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/basic_stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <exception>
#include <optional>

#include "client/client_tls.hpp"
#include "client/transport_tls.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Unix = asio::local::stream_protocol;
using boost::system::error_code;

constexpr std::uint32_t max_head_bytes = 64 * 1024;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

Error unreachable(const ServerAddress& server, const error_code& code) {
    const std::string where = "cannot reach seald at " + server.str() + ": ";
    if (code == asio::error::access_denied) return unavailable(where + "this user may not open the socket", false);
    if (code == beast::error::timeout) return unavailable(where + "it does not accept connections", true);
    return unavailable(where + code.message() + "; is the daemon running, and is the path right", true);
}

Error no_answer(const error_code& code) {
    if (code == beast::error::timeout) return unavailable("seald did not answer in time", true);
    if (auto refused = refused_certificate(code)) return *refused;
    if (code == http::error::body_limit || code == http::error::header_limit) {
        return unavailable("seald's answer is larger than sealctl accepts", false);
    }
    if (code.category() == http::make_error_code(http::error::bad_version).category() &&
        code != http::error::end_of_stream && code != http::error::partial_message) {
        return unavailable("the answer is not HTTP (" + code.message() + "); is this seald's socket", false);
    }
    return unavailable("seald closed the connection before its answer was complete", true, code.message());
}

http::verb verb_of(HttpRequest::Method method) {
    switch (method) {
        case HttpRequest::Method::get:
            return http::verb::get;
        case HttpRequest::Method::post:
            return http::verb::post;
        case HttpRequest::Method::put:
            return http::verb::put;
    }
    return http::verb::get;
}

http::request<http::string_body> encode(const HttpRequest& request, const std::string& host) {
    const auto verb = verb_of(request.method);
    http::request<http::string_body> message(verb, request.target, 11);
    message.set(http::field::host, host);
    message.set(http::field::user_agent, "sealctl");
    message.set(http::field::connection, "close");
    if (verb == http::verb::post) {
        message.set(http::field::content_type, "application/json");
        message.body() = request.body;
        message.prepare_payload();
    }
    if (verb == http::verb::put) message.content_length(request.length);
    return message;
}

template <class Stream>
asio::awaitable<error_code> send_pieces(Stream& stream, const HttpRequest& request) {
    for (std::uint64_t sent = 0; sent < request.length;) {
        const std::string piece = request.next_piece();
        if (piece.empty()) co_return asio::error::operation_aborted;
        sent += piece.size();
        beast::get_lowest_layer(stream).expires_after(request.time_limit);
        const auto bytes = asio::buffer(piece);
        const auto [failed, size] = co_await asio::async_write(stream, bytes, as_result);
        if (failed) co_return failed;
    }
    co_return error_code();
}

template <class Stream>
asio::awaitable<error_code> send(Stream& stream, const HttpRequest& request, const std::string& host) {
    http::request<http::string_body> message = encode(request, host);
    http::request_serializer<http::string_body> serializer(message);
    if (request.method == HttpRequest::Method::put) {
        const auto [failed, size] = co_await http::async_write_header(stream, serializer, as_result);
        if (failed) co_return failed;
        co_return co_await send_pieces(stream, request);
    }
    const auto [failed, size] = co_await http::async_write(stream, serializer, as_result);
    co_return failed;
}

template <class Stream>
asio::awaitable<error_code> receive(Stream& stream, HttpAnswer& answer) {
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.body_limit(max_answer_bytes);
    parser.header_limit(max_head_bytes);
    const auto [failed, size] = co_await http::async_read(stream, buffer, parser, as_result);
    if (failed) co_return failed;
    answer.status = parser.get().result_int();
    answer.body = std::move(parser.get().body());
    co_return error_code();
}

// What a 2xx answer carries goes to request.take, piece by piece; an error's body is kept.
template <class Stream>
asio::awaitable<error_code> receive_pieces(Stream& stream, const HttpRequest& request, HttpAnswer& answer) {
    beast::flat_buffer buffer;
    http::response_parser<http::buffer_body> parser;
    parser.body_limit(boost::none);
    parser.header_limit(max_head_bytes);
    const auto [no_head, head] = co_await http::async_read_header(stream, buffer, parser, as_result);
    if (no_head) co_return no_head;
    answer.status = parser.get().result_int();
    std::string space(64UL * 1024, '\0');
    while (!parser.is_done()) {
        parser.get().body().data = space.data();
        parser.get().body().size = space.size();
        beast::get_lowest_layer(stream).expires_after(request.time_limit);
        const auto [failed, read] = co_await http::async_read(stream, buffer, parser, as_result);
        if (failed && failed != http::error::need_buffer) co_return failed;
        const std::string_view piece(space.data(), space.size() - parser.get().body().size);
        if (answer.status / 100 != 2)
            answer.body += piece;
        else if (!request.take(piece))
            co_return asio::error::operation_aborted;
        if (answer.body.size() > max_answer_bytes) co_return http::error::body_limit;
    }
    co_return error_code();
}

template <class Stream>
asio::awaitable<Result<HttpAnswer>> converse(Stream& stream, HttpRequest request, std::string host) {
    // A daemon that refuses early (too large) may close its reading side first: its answer still counts.
    const error_code not_sent = co_await send(stream, request, host);
    HttpAnswer answer;
    error_code not_read;
    if (request.take)
        not_read = co_await receive_pieces(stream, request, answer);
    else
        not_read = co_await receive(stream, answer);
    if (not_read) co_return no_answer(not_sent && not_read != beast::error::timeout ? not_sent : not_read);
    co_return answer;
}

asio::awaitable<Result<HttpAnswer>> converse_locally(ServerAddress server, HttpRequest request) {
    beast::basic_stream<Unix> stream(co_await asio::this_coro::executor);
    stream.expires_after(request.time_limit);
    const Unix::endpoint endpoint(server.socket.string());
    const auto [not_connected] = co_await stream.async_connect(endpoint, as_result);
    if (not_connected) co_return unreachable(server, not_connected);
    const std::string host = "localhost";
    co_return co_await converse(stream, std::move(request), host);
}

asio::awaitable<Result<HttpAnswer>> converse_remotely(ServerAddress server, HttpRequest request) {
    SSL_CTX_up_ref(server.tls->context());
    asio::ssl::context context(server.tls->context());  // takes one reference over
    ClientTlsStream stream(co_await asio::this_coro::executor, context);
    stream.next_layer().expires_after(request.time_limit);
    const RemoteAddress remote = *server.remote;
    const auto connected = co_await connect(stream, remote);
    if (!connected) co_return connected.error();
    co_return co_await converse(stream, std::move(request), remote.host);
}

}  // namespace

Result<HttpAnswer> exchange(const ServerAddress& server, const HttpRequest& request) {
    std::optional<Result<HttpAnswer>> answer;
    try {
        asio::io_context io(1);
        auto keep = [&answer](std::exception_ptr failure, Result<HttpAnswer> result) {
            if (failure) std::rethrow_exception(failure);
            answer.emplace(std::move(result));
        };
        asio::co_spawn(io, server.remote ? converse_remotely(server, request) : converse_locally(server, request), keep);
        io.run();
    } catch (const std::exception& error) {
        return unavailable("cannot talk to seald at " + server.str() + ": " + error.what(), false);
    }
    if (!answer) return internal_error("the exchange ended without a result");
    return std::move(*answer);
}

}  // namespace seald
