// One client's connection: reads requests one after the other, hands each to the HttpHandler, writes the answer.
// It decides nothing about a request but whether it is HTTP within the limits.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <memory>
#include <optional>

#include "daemon/api/http.hpp"
#include "daemon/log/strangers_lines.hpp"
#include "daemon/server/limits.hpp"
#include "daemon/server/message.hpp"
#include "daemon/server/stream.hpp"

namespace seald {

class Connection {
  public:
    Connection(std::shared_ptr<Stream> stream, Peer peer, HttpHandler& handler, const ServerLimits& limits, StrangersLines& malformed);

    boost::asio::awaitable<void> serve();                      // until either side is done
    boost::asio::awaitable<void> turn_away(Rejection reason);  // answers before any request, then closes

    void finish();  // no further request: closes at once if none has begun
    void cut();     // closes now; a handler that runs is left to end by itself
    const Peer& peer() const { return peer_; }
    bool still_welcome() const { return stream_->still_welcome(); }

  private:
    using Parser = boost::beast::http::request_parser<GrowingBody>;

    boost::asio::awaitable<bool> serve_one();  // is there to be a next one?
    boost::asio::awaitable<bool> wait_for_request();
    boost::asio::awaitable<boost::beast::error_code> read_head();
    boost::asio::awaitable<Reception> ask_reception();
    boost::asio::awaitable<boost::beast::error_code> invite_body();
    boost::asio::awaitable<boost::beast::error_code> read_body();
    boost::asio::awaitable<bool> pass_on(std::shared_ptr<BodyReceiver> receiver);
    boost::asio::awaitable<boost::beast::error_code> read_piece();
    enum class Part { head, body };
    bool has(Part part) const { return part == Part::head ? parser_->is_header_done() : parser_->is_done(); }
    boost::asio::awaitable<boost::beast::error_code> read_until_complete(Part part, std::size_t allowed);
    boost::beast::error_code parse_what_is_here(std::size_t& used);
    boost::asio::awaitable<bool> give_up(boost::beast::error_code error);
    boost::asio::awaitable<bool> refuse(Rejection rejection);
    HttpRequest question() const;  // the request at hand, without its body
    boost::asio::awaitable<bool> answer();
    enum class Then { close, stay };
    boost::asio::awaitable<bool> reply(HttpResponse answer, Then then);
    boost::asio::awaitable<HttpResponse> ask_handler(HttpRequest request);
    boost::asio::awaitable<HttpResponse> ask_rejection(Rejection reason);
    boost::asio::awaitable<bool> send(Response response);
    using Serializer = boost::beast::http::response_serializer<boost::beast::http::string_body>;
    boost::asio::awaitable<bool> send_part(Serializer& serializer, Part part);
    boost::asio::awaitable<bool> send_pieces(Response head, std::shared_ptr<BodySource> source);
    boost::asio::awaitable<void> linger();

    std::shared_ptr<Stream> stream_;
    boost::beast::flat_buffer buffer_;  // may hold the next request's first bytes
    std::optional<Parser> parser_;      // of the request at hand
    std::string id_;                    // likewise, once its head is here
    Peer peer_;
    HttpHandler& handler_;
    const ServerLimits& limits_;
    StrangersLines& malformed_;  // of all connections
    bool idle_ = true;        // waiting for a request's first byte
    bool finishing_ = false;  // the server stops
};

}  // namespace seald
