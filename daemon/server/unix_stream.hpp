// A connection over the Unix socket.
#pragma once
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/basic_stream.hpp>

#include "daemon/server/stream.hpp"

namespace seald {

class UnixStream final : public Stream {
  public:
    using Socket = boost::asio::local::stream_protocol::socket;
    explicit UnixStream(Socket socket) : stream_(std::move(socket)) {}

    boost::asio::awaitable<Received> read_some(boost::asio::mutable_buffer space) override;
    boost::asio::awaitable<boost::system::error_code> write(Pieces pieces) override;
    boost::asio::awaitable<void> end() override;
    void expires_after(std::chrono::milliseconds time) override { stream_.expires_after(time); }
    void close() override { stream_.close(); }
    // The kernel fixed who it is when it connected.
    bool expired() const override { return false; }
    bool still_welcome() const override { return true; }

  private:
    boost::beast::basic_stream<boost::asio::local::stream_protocol> stream_;
};

}  // namespace seald
