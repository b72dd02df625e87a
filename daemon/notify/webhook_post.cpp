#include "daemon/notify/webhook_post.hpp"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <optional>

#include "core/tls_host.hpp"
#include "daemon/net/lookup.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr std::size_t most_head_bytes = 16 * 1024;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

using TlsStream = asio::ssl::stream<beast::tcp_stream>;
using Request = http::request<http::string_body>;

Error not_delivered(const std::string& why) { return unavailable(why, true); }
Error not_delivered(const std::string& what, const error_code& code) {
    if (code == beast::error::timeout) return not_delivered("no answer in time");
    return not_delivered(what + ": " + code.message());
}

Request encode(const Webhook& webhook, WebhookMessage message) {
    Request request(http::verb::post, webhook.target, 11);
    const std::string host = webhook.host.find(':') == webhook.host.npos ? webhook.host : "[" + webhook.host + "]";
    const bool usual = webhook.port == (webhook.tls ? "443" : "80");
    request.set(http::field::host, usual ? host : host + ":" + webhook.port);
    request.set(http::field::user_agent, "seald");
    request.set(http::field::connection, "close");
    request.set(http::field::content_type, "application/json");
    request.set("webhook-id", message.id);
    request.set("webhook-timestamp", std::to_string(message.unix_time));
    request.set("webhook-signature", message.signature);
    request.body() = std::move(message.body);
    request.prepare_payload();
    return request;
}

Result<unsigned> judge(unsigned status) {
    if (status / 100 == 2) return status;
    if (status / 100 == 3) return not_delivered("the receiver redirects (HTTP " + std::to_string(status) + "), which is not followed: put the new address into url");
    return not_delivered("the receiver answered HTTP " + std::to_string(status));
}

template <class Stream>
asio::awaitable<Result<unsigned>> converse(Stream& stream, Request request) {
    const auto [not_sent, sent] = co_await http::async_write(stream, request, as_result);
    if (not_sent) co_return not_delivered("the request could not be sent", not_sent);
    beast::flat_buffer buffer(most_head_bytes);
    http::response_parser<http::empty_body> parser;
    parser.header_limit(most_head_bytes);
    const auto [no_answer, size] = co_await http::async_read_header(stream, buffer, parser, as_result);
    if (no_answer) co_return not_delivered("no answer that is HTTP", no_answer);
    co_return judge(parser.get().result_int());
}

// A name that was to mean this host may be made to mean another: what is not of this host is not spoken to in the clear.
std::vector<tcp::endpoint> places_of(const tcp::resolver::results_type& found, bool tls) {
    std::vector<tcp::endpoint> places;
    for (const auto& each : found)
        if (tls || each.endpoint().address().is_loopback()) places.push_back(each.endpoint());
    return places;
}

asio::awaitable<Result<void>> connect(beast::tcp_stream& stream, Webhook webhook, std::chrono::milliseconds limit) {
    const auto found = co_await look_up(webhook.host, webhook.port, limit);
    if (found.failed) co_return not_delivered("the host's name is not known", found.failed);
    const auto places = places_of(found.places, webhook.tls);
    stream.expires_after(limit);
    if (places.empty()) co_return not_delivered("the host's name means another host, and plain http is for this one only");
    const auto [not_connected, where] = co_await stream.async_connect(places, as_result);
    if (not_connected) co_return not_delivered("no connection", not_connected);
    co_return Result<void>();
}

asio::awaitable<Result<unsigned>> post_in_the_clear(Webhook webhook, Request request, std::chrono::milliseconds limit) {
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    const auto connected = co_await connect(stream, webhook, limit);
    if (!connected) co_return connected.error();
    co_return co_await converse(stream, std::move(request));
}

// Whom the webhook trusts, and nobody else.
Result<void> set_trust(asio::ssl::context& context, const Webhook& webhook) {
    error_code failed;
    if (webhook.ca.empty()) context.set_default_verify_paths(failed);
    else context.load_verify_file(webhook.ca.string(), failed);
    if (failed) return not_delivered("the CAs to trust cannot be read from " + (webhook.ca.empty() ? "this host" : webhook.ca.string()), failed);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(asio::ssl::verify_peer);
    return {};
}

asio::awaitable<Result<unsigned>> post_over_tls(Webhook webhook, Request request, std::chrono::milliseconds limit) {
    asio::ssl::context context(asio::ssl::context::tls_client);
    if (auto set = set_trust(context, webhook); !set) co_return set.error();
    TlsStream stream(co_await asio::this_coro::executor, context);
    const auto connected = co_await connect(stream.next_layer(), webhook, limit);
    if (!connected) co_return connected.error();
    expect_tls_host(stream.native_handle(), webhook.host);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
    const long judgement = SSL_get_verify_result(stream.native_handle());
    if (failed && judgement != X509_V_OK)
        co_return not_delivered("the receiver's certificate is not trusted (" + std::string(X509_verify_cert_error_string(judgement)) +
                                "), and nothing was sent to it");
    if (failed) co_return not_delivered("no TLS", failed);
    co_return co_await converse(stream, std::move(request));
}

}  // namespace

asio::awaitable<Result<unsigned>> post_to_webhook(Webhook webhook, WebhookMessage message, std::chrono::milliseconds limit) {
    Request request = encode(webhook, std::move(message));
    if (webhook.tls) co_return co_await post_over_tls(std::move(webhook), std::move(request), limit);
    co_return co_await post_in_the_clear(std::move(webhook), std::move(request), limit);
}

}  // namespace seald
