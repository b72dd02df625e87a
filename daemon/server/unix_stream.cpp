#include "daemon/server/unix_stream.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace seald {

namespace asio = boost::asio;

asio::awaitable<Stream::Received> UnixStream::read_some(asio::mutable_buffer space) {
    Received received;
    received.size = co_await stream_.async_read_some(space, asio::redirect_error(asio::use_awaitable, received.error));
    co_return received;
}

asio::awaitable<boost::system::error_code> UnixStream::write(Pieces pieces) {
    boost::system::error_code error;
    co_await asio::async_write(stream_, pieces, asio::redirect_error(asio::use_awaitable, error));
    co_return error;
}

asio::awaitable<void> UnixStream::end() {
    boost::system::error_code ignored;  // gone already: the next read says so
    stream_.socket().shutdown(Socket::shutdown_send, ignored);
    co_return;
}

}  // namespace seald
