#include "daemon/witness/exchange.hpp"

#include <openssl/err.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <new>

#include "core/tls_host.hpp"
#include "daemon/net/lookup.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;

constexpr std::uint32_t max_head_bytes = 16 * 1024;
constexpr std::size_t max_answer_bytes = 64UL * 1024;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

Error unreachable(const WitnessUrl& url, const error_code& code) {
    return unavailable("cannot be reached at " + url.str() + ": " + (code == beast::error::timeout || code == asio::error::timed_out ? "no answer in time" : code.message()), true);
}

template <class Stream>
asio::awaitable<Result<WitnessReply>> converse(Stream& stream, WitnessUrl url, std::string body) {
    http::request<http::string_body> request(http::verb::post, url.path + "/add-checkpoint", 11);
    const bool v6 = url.host.find(':') != url.host.npos;
    request.set(http::field::host, (v6 ? "[" + url.host + "]" : url.host) + ":" + url.port);
    request.set(http::field::user_agent, "seald");
    request.set(http::field::content_type, "text/plain; charset=utf-8");
    request.set(http::field::connection, "close");
    request.body() = std::move(body);
    request.prepare_payload();
    // A witness that refuses early may close its reading side first: its answer still counts.
    const auto [not_sent, sent] = co_await http::async_write(stream, request, as_result);
    beast::flat_buffer buffer;
    http::response_parser<http::string_body> parser;
    parser.header_limit(max_head_bytes);
    parser.body_limit(max_answer_bytes);
    const auto [not_read, read] = co_await http::async_read(stream, buffer, parser, as_result);
    if (not_read) co_return unreachable(url, not_sent && not_read != beast::error::timeout ? not_sent : not_read);
    co_return WitnessReply{.status = parser.get().result_int(),
                           .content_type = std::string(parser.get()[http::field::content_type]),
                           .body = std::move(parser.get().body())};
}

asio::awaitable<Result<WitnessReply>> post_over_tls(tcp::resolver::results_type places, WitnessUrl url, WitnessTls tls, std::string body,
                                                    std::chrono::milliseconds limit) {
    SSL_CTX_up_ref(tls.get());
    asio::ssl::context context(tls.get());  // takes one reference over
    asio::ssl::stream<beast::tcp_stream> stream(co_await asio::this_coro::executor, context);
    stream.next_layer().expires_after(limit);
    const auto [not_connected, where] = co_await stream.next_layer().async_connect(places, as_result);
    if (not_connected) co_return unreachable(url, not_connected);
    expect_tls_host(stream.native_handle(), url.host);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
    const long judgement = SSL_get_verify_result(stream.native_handle());
    if (failed && judgement != X509_V_OK)
        co_return verification_failed("the certificate shown at " + url.str() + " is not accepted (" + X509_verify_cert_error_string(judgement) +
                                      "): ca names whom to trust");
    if (failed) co_return unreachable(url, failed);
    co_return co_await converse(stream, std::move(url), std::move(body));
}

}  // namespace

Result<WitnessTls> load_witness_tls(const WitnessSettings& settings) {
    if (!settings.url.tls) return WitnessTls();
    WitnessTls context(SSL_CTX_new(TLS_client_method()), SslContextFree());
    if (!context) throw std::bad_alloc();
    SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);  // the witness, or the proxy before it, is somebody else's
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    if (!settings.ca) {
        SSL_CTX_set_default_verify_paths(context.get());
        return context;
    }
    // What is in the file is trusted as it is: an issuing CA, or the witness's own certificate, is enough.
    X509_VERIFY_PARAM_set_flags(SSL_CTX_get0_param(context.get()), X509_V_FLAG_PARTIAL_CHAIN);
    if (SSL_CTX_load_verify_file(context.get(), settings.ca->c_str()) == 1) return context;
    ERR_clear_error();
    return malformed("the CA's file of witness " + settings.name + ", " + settings.ca->string() + ", holds no certificates that can be read");
}

asio::awaitable<Result<WitnessReply>> post_to_witness(WitnessUrl url, WitnessTls tls, std::string body, std::chrono::milliseconds limit) {
    const auto found = co_await look_up(url.host, url.port, limit);
    if (found.failed) co_return unreachable(url, found.failed);
    if (tls) co_return co_await post_over_tls(found.places, std::move(url), std::move(tls), std::move(body), limit);
    beast::tcp_stream stream(co_await asio::this_coro::executor);
    stream.expires_after(limit);
    const auto [not_connected, where] = co_await stream.async_connect(found.places, as_result);
    if (not_connected) co_return unreachable(url, not_connected);
    co_return co_await converse(stream, std::move(url), std::move(body));
}

}  // namespace seald
