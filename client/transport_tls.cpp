#include "client/transport_tls.hpp"

#include <openssl/ssl.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace seald {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

std::string place(const RemoteAddress& remote) { return remote.host + " port " + remote.port; }

// Whose certificate is wanted: a name, or an address where that is how the daemon is called.
void expect_server(SSL* ssl, const RemoteAddress& remote) {
    error_code not_an_address;
    asio::ip::make_address(remote.host, not_an_address);
    if (!not_an_address) {
        X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), remote.host.c_str());
        return;
    }
    SSL_set1_host(ssl, remote.host.c_str());
    // What the macro SSL_set_tlsext_host_name does, without its C cast; the name is copied.
    SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name, const_cast<char*>(remote.host.c_str()));
}

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
    expect_server(stream.native_handle(), remote);
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
