// The half of a connection that writes.
#include <boost/asio/buffer.hpp>

#include "daemon/server/connection.hpp"

namespace seald {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t read_size = 4096;

Stream::Pieces next_pieces(http::response_serializer<http::string_body>& serializer, beast::error_code& error) {
    Stream::Pieces pieces;
    serializer.next(error, [&pieces](beast::error_code&, const auto& buffers) {
        pieces.assign(asio::buffer_sequence_begin(buffers), asio::buffer_sequence_end(buffers));
    });
    return pieces;
}

}  // namespace

asio::awaitable<bool> Connection::send(Response response) {
    Serializer serializer(response);
    co_return co_await send_part(serializer, Part::body);
}

asio::awaitable<bool> Connection::send_pieces(Response head, std::shared_ptr<BodySource> source) {
    Serializer serializer(head);
    serializer.split(true);
    const bool sent_head = co_await send_part(serializer, Part::head);
    beast::error_code error;
    for (std::uint64_t sent = 0; sent_head && !error && sent < source->size();) {
        const std::string piece = co_await source->next();
        if (piece.empty()) co_return false;
        sent += piece.size();
        stream_->expires_after(limits_.response);
        Stream::Pieces bytes{asio::buffer(piece)};
        error = co_await stream_->write(std::move(bytes));
    }
    co_return sent_head && !error;
}

asio::awaitable<bool> Connection::send_part(Serializer& serializer, Part part) {
    stream_->expires_after(limits_.response);
    beast::error_code error;
    while (!error && !(part == Part::head ? serializer.is_header_done() : serializer.is_done())) {
        auto pieces = next_pieces(serializer, error);
        const std::size_t size = asio::buffer_size(pieces);
        error = co_await stream_->write(std::move(pieces));
        serializer.consume(size);
    }
    co_return !error;
}

// RFC 9112 section 9.6: closing with unread bytes resets the connection, and the client may never see the answer.
asio::awaitable<void> Connection::linger() {
    stream_->expires_after(limits_.linger);
    idle_ = true;  // nothing is lost when finish() closes now
    co_await stream_->end();
    Stream::Received received;
    while (!received.error) {
        buffer_.clear();
        const auto space = buffer_.prepare(read_size);
        received = co_await stream_->read_some(space);
    }
    stream_->close();
}

}  // namespace seald
