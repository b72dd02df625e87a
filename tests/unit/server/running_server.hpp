// A real server on a real socket in a temporary folder, with a handler small enough to see through.
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>
#include <filesystem>
#include <future>
#include <optional>
#include <stdexcept>
#include <thread>

#include "client_socket.hpp"
#include "daemon/server/server.hpp"

namespace seald {

class TemporaryFolder {
  public:
    TemporaryFolder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "seald-server-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string file(const std::string& name) const { return (path_ / name).string(); }

  private:
    std::filesystem::path path_;
};

// Counts a body that it never holds whole; the word "enough" in it ends the request.
class CountingReceiver : public BodyReceiver {
  public:
    boost::asio::awaitable<std::optional<HttpResponse>> take(std::string piece) override {
        size_ += piece.size();
        largest_ = std::max(largest_, piece.size());
        if (piece.find("enough") == std::string::npos) co_return std::nullopt;
        HttpResponse no;
        no.status = 422;
        co_return no;
    }
    boost::asio::awaitable<HttpResponse> finish() override {
        HttpResponse answer;
        answer.body = std::to_string(size_) + " bytes, " + (largest_ <= 128UL * 1024 ? "in pieces" : "in lumps");
        co_return answer;
    }

  private:
    std::size_t size_ = 0, largest_ = 0;
};

// A body of `whole` bytes that ends after `given`.
class LongSource : public BodySource {
  public:
    LongSource(std::size_t whole, std::size_t given) : whole_(whole), left_(given) {}
    std::uint64_t size() const override { return whole_; }
    boost::asio::awaitable<std::string> next() override {
        const std::size_t piece = std::min<std::size_t>(left_, 50'000);
        left_ -= piece;
        co_return std::string(piece, 'y');
    }

  private:
    std::size_t whole_, left_;
};

// Says back what it was asked. "/hold" waits until let_go(), "/throw" throws, "/big" answers with 8 MiB.
class EchoHandler : public HttpHandler {
  public:
    explicit EchoHandler(boost::asio::io_context& context) : gate_(context) {
        gate_.expires_at(boost::asio::steady_timer::time_point::max());
    }
    boost::asio::awaitable<HttpResponse> handle(HttpRequest request) override {
        ++handled;
        last_peer = request.peer;
        if (request.target == "/hold") {
            boost::system::error_code let_go;
            held.set_value();
            co_await gate_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, let_go));
        }
        if (request.target == "/throw") throw std::runtime_error("a bug");
        HttpResponse answer;
        answer.body = request.method + " " + request.target + " " + request.body;
        if (request.target == "/long") answer.source = std::make_shared<LongSource>(1'000'000, 1'000'000);
        if (request.target == "/broken") answer.source = std::make_shared<LongSource>(1'000'000, 100'000);
        if (request.target == "/big") answer.body.assign(8UL * 1024 * 1024, 'x');
        co_return answer;
    }
    boost::asio::awaitable<Reception> receive(HttpRequest head) override {
        Reception reception;
        if (head.target == "/count") reception.receiver = std::make_shared<CountingReceiver>();
        if (head.target == "/refuse") reception.refused = HttpResponse{.status = 403, .body = "no", .retry_after = {}};
        co_return reception;
    }
    boost::asio::awaitable<HttpResponse> reject(Peer, int status, std::string problem) override {
        HttpResponse answer;
        answer.status = status;
        answer.body = std::move(problem);
        co_return answer;
    }
    void let_go() { gate_.cancel(); }

    std::atomic<int> handled = 0;
    std::promise<void> held;  // fulfilled when the one request to "/hold" has arrived
    Peer last_peer;

  private:
    boost::asio::steady_timer gate_;
};

class RunningServer : public ::testing::Test {
  protected:
    ~RunningServer() override { finish(); }
    void finish() {
        if (server_ && !stopped_) stop().get();
        work_.reset();
        if (thread_.joinable()) thread_.join();
    }
    void start(ServerLimits limits = {}) {
        std::vector<Listener> listeners;
        listeners.push_back(Listener::open(path()).value());
        start_with(std::move(listeners), limits, nullptr);
    }
    void start_with(std::vector<Listener> listeners, ServerLimits limits, const TlsContext* tls) {
        server_.emplace(context_.get_executor(), std::move(listeners), handler_, limits, tls);
        boost::asio::co_spawn(context_, server_->serve(), boost::asio::detached);
        thread_ = std::thread([this] { context_.run(); });
    }
    std::future<void> stop() {
        stopped_ = true;
        return boost::asio::co_spawn(context_, server_->stop(), boost::asio::use_future);
    }
    void let_go() {
        boost::asio::post(context_, [this] { handler_.let_go(); });
    }
    std::string path() const { return folder_.file("s"); }
    std::string ask(std::string_view bytes) { return ClientSocket(path()).send(bytes).answer(); }

    TemporaryFolder folder_;
    boost::asio::io_context context_{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
    EchoHandler handler_{context_};
    std::optional<Server> server_;
    std::thread thread_;
    bool stopped_ = false;
};

}  // namespace seald
