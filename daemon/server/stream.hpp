// A client's connection as bytes, whatever carries it. Every operation ends at the deadline that was set last.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>
#include <chrono>
#include <vector>

namespace seald {

class Stream {
  public:
    struct Received {
        boost::system::error_code error;
        std::size_t size = 0;
    };

    virtual ~Stream() = default;
    virtual boost::asio::awaitable<Received> read_some(boost::asio::mutable_buffer space) = 0;
    using Pieces = std::vector<boost::asio::const_buffer>;  // what they point to stays until the write is done
    virtual boost::asio::awaitable<boost::system::error_code> write(Pieces pieces) = 0;
    // Tells the client that nothing more comes. Reading goes on, but what is read has no meaning any more.
    virtual boost::asio::awaitable<void> end() = 0;
    virtual void expires_after(std::chrono::milliseconds time) = 0;
    virtual void close() = 0;
    virtual bool expired() const = 0;        // did the client's certificate run out since it came?
    virtual bool still_welcome() const = 0;  // would the client be let in now? Its certificate may be revoked since.
};

}  // namespace seald
