// A real server on a real socket in a temporary folder, with a handler small enough to see through.
#pragma once
#include <gtest/gtest.h>

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
        if (request.target == "/big") answer.body.assign(8UL * 1024 * 1024, 'x');
        co_return answer;
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
    ~RunningServer() override {
        if (server_ && !stopped_) stop().get();
        work_.reset();
        if (thread_.joinable()) thread_.join();
    }
    void start(ServerLimits limits = {}) {
        server_.emplace(context_.get_executor(), Listener::open(path()).value(), handler_, limits);
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
