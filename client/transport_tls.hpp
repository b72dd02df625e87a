// The way to the daemon over TLS: connected, the daemon's certificate checked, or an error in words.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "client/server_address.hpp"

namespace seald {

using ClientTlsStream = boost::asio::ssl::stream<boost::beast::tcp_stream>;

// The stream's deadline holds for all of it.
boost::asio::awaitable<Result<void>> connect(ClientTlsStream& stream, RemoteAddress remote);

// In TLS 1.3 a daemon that does not accept the client's certificate says so after the handshake, where the answer is
// awaited. Nothing when `code` is about something else.
std::optional<Error> refused_certificate(const boost::system::error_code& code);

}  // namespace seald
