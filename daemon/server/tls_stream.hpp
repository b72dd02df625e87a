// A connection over TLS 1.3. Nothing is read or written before handshake() has succeeded, so nobody without a certificate
// that the client CA vouches for reaches HTTP at all.
#pragma once
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/tcp_stream.hpp>

#include "core/error.hpp"
#include "daemon/model/caller.hpp"
#include "daemon/server/stream.hpp"
#include "daemon/server/tls_context.hpp"

namespace seald {

class TlsStream final : public Stream, public std::enable_shared_from_this<TlsStream> {
  public:
    TlsStream(boost::asio::ip::tcp::socket socket, const TlsContext& context);

    // not_identified: in words, why the client was not let in. close() ends it too.
    boost::asio::awaitable<Result<Peer>> handshake(std::chrono::milliseconds limit);
    const std::string& address() const { return address_; }

    boost::asio::awaitable<Received> read_some(boost::asio::mutable_buffer space) override;
    boost::asio::awaitable<boost::system::error_code> write(Pieces pieces) override;
    boost::asio::awaitable<void> end() override;
    void expires_after(std::chrono::milliseconds time) override { tls_.next_layer().expires_after(time); }
    void close() override;
    bool expired() const override;
    bool still_welcome() const override { return context_.accepts(session_); }

  private:
    boost::asio::awaitable<boost::system::error_code> shake_hands();
    boost::asio::awaitable<boost::system::error_code> shake_hands_elsewhere(std::chrono::milliseconds limit);
    void interrupt();
    Result<Peer> read_peer();
    std::string why_not(const boost::system::error_code& error);

    const TlsContext& context_;
    std::shared_ptr<boost::asio::ssl::context> settings_;  // those of its handshake; newer ones may have come since
    boost::asio::ssl::stream<boost::beast::tcp_stream> tls_;
    SSL* const session_;  // the one inside tls_
    std::string address_;
    bool elsewhere_ = false;  // its handshake is on another thread, and with it all of tls_
    bool ended_ = false;
};

}  // namespace seald
