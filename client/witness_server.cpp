#include "client/witness_server.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <csignal>

#include "core/add_checkpoint.hpp"
#include "core/decimal.hpp"

namespace seald {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using tcp = asio::ip::tcp;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::uint32_t max_head_bytes = 8 * 1024;
constexpr std::size_t max_connections = 64;
constexpr auto time_limit = 10s;  // for a request, and between two of a connection
constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

using Request = http::request<http::string_body>;
using Response = http::response<http::string_body>;

class WitnessServer {
  public:
    WitnessServer(Witness& witness, std::function<void(const std::string&)> say) : witness_(witness), say_(std::move(say)) {}

    Result<void> run(const WitnessAddress& address) {
        const tcp::endpoint endpoint(asio::ip::make_address(address.host), address.port);
        error_code failed;
        acceptor_.open(endpoint.protocol(), failed);
        if (!failed) acceptor_.set_option(tcp::acceptor::reuse_address(true), failed);
        if (!failed) acceptor_.bind(endpoint, failed);
        if (!failed) acceptor_.listen(tcp::acceptor::max_listen_connections, failed);
        if (failed) return unavailable("cannot listen at " + address.host + " port " + std::to_string(address.port) + ": " + failed.message(), false);
        say_("listening at port " + std::to_string(acceptor_.local_endpoint().port()));
        stop_.async_wait([this](error_code, int) { loop_.stop(); });
        asio::co_spawn(loop_, accept(), asio::detached);
        loop_.run();
        return {};
    }

  private:
    asio::awaitable<void> accept() {
        asio::steady_timer pause(loop_);
        for (;;) {
            auto [failed, socket] = co_await acceptor_.async_accept(as_result);
            if (failed) {  // no descriptors left, say: not for ever
                pause.expires_after(100ms);
                co_await pause.async_wait(asio::use_awaitable);
                continue;
            }
            if (connections_ == max_connections) continue;  // closed
            asio::co_spawn(loop_, serve(std::move(socket)), asio::detached);
        }
    }

    asio::awaitable<void> serve(tcp::socket socket) {
        ++connections_;
        const std::shared_ptr<void> ended(nullptr, [this](void*) { --connections_; });
        beast::tcp_stream stream(std::move(socket));
        beast::flat_buffer buffer;
        for (bool more = true; more;) {
            http::request_parser<http::string_body> parser;
            parser.header_limit(max_head_bytes);
            parser.body_limit(max_add_checkpoint_bytes);
            stream.expires_after(time_limit);
            const auto [not_read, size] = co_await http::async_read(stream, buffer, parser, as_result);
            const bool too_large = not_read == http::error::body_limit || not_read == http::error::header_limit;
            if (not_read && !too_large) co_return;
            more = !too_large && parser.get().keep_alive();
            Response response = too_large ? encode({.status = 413, .body = "the request is too large\n"}) : answer(parser.get());
            response.version(11);
            response.keep_alive(more);
            response.prepare_payload();
            const auto [not_sent, sent] = co_await http::async_write(stream, response, as_result);
            if (not_sent) co_return;
        }
        error_code ignored;
        stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    }

    Response answer(const Request& request) {
        if (request.target() != "/add-checkpoint") return encode({.status = 404, .body = "a witness answers POST /add-checkpoint\n"});
        if (request.method() != http::verb::post) return encode({.status = 405, .body = "a witness answers POST /add-checkpoint\n"});
        const auto decided = witness_.add_checkpoint(request.body(), SystemClock().now());
        if (!decided.log.empty()) say_(decided.log);
        return encode(decided);
    }

    static Response encode(const WitnessAnswer& answer) {
        Response response(static_cast<http::status>(answer.status), 11);
        response.set(http::field::content_type, answer.content_type);
        response.body() = answer.body;
        return response;
    }

    std::size_t connections_ = 0;  // first: connections count themselves out when the loop goes
    asio::io_context loop_{1};
    asio::signal_set stop_{loop_, SIGTERM, SIGINT};
    tcp::acceptor acceptor_{loop_};
    Witness& witness_;
    std::function<void(const std::string&)> say_;
};

}  // namespace

Result<WitnessAddress> WitnessAddress::decode(std::string_view text) {
    const Error problem = malformed("'" + std::string(text) + "' is no address to listen at; allowed: like 127.0.0.1:7450 or [::1]:7450");
    const auto colon = text.rfind(':');
    if (colon == text.npos) return problem;
    const auto port = decode_decimal(text.substr(colon + 1));
    std::string_view host = text.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (bracketed) host = host.substr(1, host.size() - 2);
    error_code not_an_address;
    const auto address = asio::ip::make_address(std::string(host), not_an_address);
    if (not_an_address || address.is_v6() != bracketed || !port || *port > 65535) return problem;
    return WitnessAddress{.host = std::string(host), .port = static_cast<std::uint16_t>(*port)};
}

Result<void> serve_witness(Witness& witness, const WitnessAddress& address, const std::function<void(const std::string&)>& say) {
    return WitnessServer(witness, say).run(address);
}

}  // namespace seald
