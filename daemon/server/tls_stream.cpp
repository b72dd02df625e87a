#include "daemon/server/tls_stream.hpp"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <sstream>

namespace seald {

namespace asio = boost::asio;
using boost::system::error_code;

namespace {

std::string address_of(const asio::ip::tcp::socket& socket) {
    error_code gone;
    const auto endpoint = socket.remote_endpoint(gone);
    if (gone) return "unknown";
    std::ostringstream text;
    text << endpoint;
    return text.str();
}

Result<Certificate> certificate_of(SSL* ssl) {
    X509* shown = SSL_get0_peer_certificate(ssl);
    if (shown == nullptr) return unacceptable("no certificate was shown");
    unsigned char* der = nullptr;
    const int size = i2d_X509(shown, &der);
    if (size <= 0) return internal_error("i2d_X509");
    auto certificate = Certificate::from_der(BytesView(der, static_cast<std::size_t>(size)));
    OPENSSL_free(der);
    return certificate;
}

}  // namespace

TlsStream::TlsStream(asio::ip::tcp::socket socket, const TlsContext& context)
    : context_(context), settings_(context.current()), tls_(std::move(socket), *settings_), session_(tls_.native_handle()) {
    error_code ignored;
    tls_.next_layer().socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    address_ = address_of(tls_.next_layer().socket());
}

asio::awaitable<Result<Peer>> TlsStream::handshake(std::chrono::milliseconds limit) {
    error_code error;
    if (context_.held_key()) {
        error = co_await shake_hands_elsewhere(limit);
    } else {
        expires_after(limit);
        error = co_await shake_hands();
    }
    if (error) co_return Error{.code = ErrorCode::not_identified, .message = why_not(error)};
    co_return read_peer();
}

asio::awaitable<error_code> TlsStream::shake_hands() {
    error_code error;
    co_await tls_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

// Where waiting for the key's holder keeps nobody else waiting. Until it is over this thread touches the socket's descriptor only,
// to interrupt what is under way: the stream's own time limit would close it under the other thread's hands.
asio::awaitable<error_code> TlsStream::shake_hands_elsewhere(std::chrono::milliseconds limit) {
    tls_.next_layer().expires_never();
    elsewhere_ = true;
    asio::steady_timer deadline(co_await asio::this_coro::executor, limit);
    deadline.async_wait([stream = weak_from_this()](const error_code& cancelled) {
        const auto still = stream.lock();
        if (still && !cancelled) still->interrupt();
    });
    const error_code error = co_await asio::co_spawn(context_.held_key()->handshakes(), shake_hands(), asio::use_awaitable);
    elsewhere_ = false;
    co_return error;
}

void TlsStream::interrupt() {
    if (elsewhere_) ::shutdown(tls_.next_layer().socket().native_handle(), SHUT_RDWR);
}

void TlsStream::close() {
    if (elsewhere_)
        interrupt();
    else
        tls_.next_layer().close();
}

Result<Peer> TlsStream::read_peer() {
    auto certificate = certificate_of(session_);
    if (!certificate) return Error{.code = ErrorCode::not_identified, .message = certificate.error().message};
    Peer peer;
    peer.certificate = ClientCertificate{.fingerprint = certificate->fingerprint(),
                                         .names = AlternativeName::all_of(*certificate),
                                         .subject = certificate->subject(),
                                         .serial = certificate->serial_hex()};
    peer.address = address_;
    return peer;
}

std::string TlsStream::why_not(const error_code& error) {
    const long judgement = SSL_get_verify_result(session_);
    if (judgement != X509_V_OK) return X509_verify_cert_error_string(judgement);
    const std::string key = context_.held_key() ? context_.held_key()->why_not() : "";
    return key.empty() ? error.message() : error.message() + "; the server's own key: " + key;
}

asio::awaitable<Stream::Received> TlsStream::read_some(asio::mutable_buffer space) {
    Received got;
    auto done = asio::redirect_error(asio::use_awaitable, got.error);
    if (ended_)
        got.size = co_await tls_.next_layer().async_read_some(space, done);
    else
        got.size = co_await tls_.async_read_some(space, done);
    if (got.error == boost::asio::ssl::error::stream_truncated) got.error = asio::error::eof;  // HTTP states its own lengths
    co_return got;
}

asio::awaitable<error_code> TlsStream::write(Pieces pieces) {
    error_code error;
    co_await asio::async_write(tls_, pieces, asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

asio::awaitable<void> TlsStream::end() {
    error_code ignored;  // a client that is gone, or that sends on instead of closing: nothing is lost
    ended_ = true;
    co_await tls_.async_shutdown(asio::redirect_error(asio::use_awaitable, ignored));
    tls_.next_layer().socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
}

bool TlsStream::expired() const {
    return X509_cmp_current_time(X509_get0_notAfter(SSL_get0_peer_certificate(session_))) < 0;
}

}  // namespace seald
