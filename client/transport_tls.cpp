#include "client/transport_tls.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "core/tls_host.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::string place(const RemoteAddress& remote) { return remote.host + " port " + remote.port; }

Error no_handshake(SSL* ssl, const RemoteAddress& remote, const error_code& code) {
    const long judgement = SSL_get_verify_result(ssl);
    if (judgement == X509_V_ERR_HOSTNAME_MISMATCH || judgement == X509_V_ERR_IP_ADDRESS_MISMATCH)
        return Error{.code = ErrorCode::verification_failed,
                     .message = "the certificate shown at " + place(remote) + " is not " + remote.host +
                                "'s: this may be another server, and nothing was sent to it"};
    if (judgement != X509_V_OK)
        return Error{.code = ErrorCode::verification_failed,
                     .message = "the certificate shown at " + place(remote) + " is not trusted (" +
                                X509_verify_cert_error_string(judgement) +
                                "), and nothing was sent to it; --tls-ca names the CA to trust"};
    if (ERR_GET_REASON(static_cast<unsigned long>(code.value())) == SSL_R_TLSV1_ALERT_INTERNAL_ERROR)
        return unavailable("the daemon at " + place(remote) + " cannot prove itself now: where its key is on a token, that is locked or absent, and its log says so", true);
    if (auto refused = refused_certificate(code)) return *refused;
    return unavailable("no TLS 1.3 with " + place(remote) + ": " + code.message(), false);
}

Error unreachable(const RemoteAddress& remote, const error_code& code) {
    return unavailable("cannot reach seald at " + place(remote) + ": " + code.message() +
                           "; is the daemon running, and is the address right", true);
}

}  // namespace

asio::awaitable<Result<void>> connect(ClientTlsStream& stream, RemoteAddress remote) {
    asio::ip::tcp::resolver resolver(stream.get_executor());
    const auto [unknown, places] = co_await resolver.async_resolve(remote.host, remote.port, as_result);
    if (unknown) co_return unreachable(remote, unknown);
    const auto [not_connected, where] = co_await stream.next_layer().async_connect(places, as_result);
    if (not_connected) co_return unreachable(remote, not_connected);
    expect_tls_host(stream.native_handle(), remote.host);
    const auto [failed] = co_await stream.async_handshake(asio::ssl::stream_base::client, as_result);
    if (failed) co_return no_handshake(stream.native_handle(), remote, failed);
    co_return Result<void>();
}

std::optional<Error> refused_certificate(const error_code& code) {
    if (code.category() != asio::error::get_ssl_category()) return std::nullopt;
    const std::string words = code.message();
    if (words.find("alert") == words.npos) return std::nullopt;
    return Error{.code = ErrorCode::not_identified,
                 .message = "the daemon did not accept the client certificate (" + words +
                            "); --tls-certificate and --tls-key give the one that is enrolled"};
}

}  // namespace seald
