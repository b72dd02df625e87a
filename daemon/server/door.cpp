#include "daemon/server/door.hpp"

#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <exception>
#include <utility>

namespace seald {

namespace asio = boost::asio;

namespace {
constexpr auto pause_when_starved = std::chrono::milliseconds(100);
}

Door::Door(asio::any_io_executor executor, Listener listener, Admit admit)
    : listener_(std::move(listener)), admit_(std::move(admit)), watch_(executor, listener_.descriptor()), pause_(executor) {}

Door::~Door() {
    if (watch_.is_open()) watch_.release();
}

asio::awaitable<void> Door::attend() {
    boost::system::error_code error;
    while (!closed_) {
        co_await watch_.async_wait(asio::posix::descriptor_base::wait_read,
                                   asio::redirect_error(asio::use_awaitable, error));
        if (closed_ || accept_one()) continue;
        pause_.expires_after(pause_when_starved);
        co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

bool Door::accept_one() try {
    // accept4: Asio's own accept leaves the descriptor open to the processes that the daemon starts.
    const int descriptor = ::accept4(listener_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (descriptor >= 0) {
        admit_(descriptor);
        return true;
    }
    if (errno == EAGAIN || errno == EINTR || errno == ECONNABORTED) return true;
    spdlog::error("cannot accept a connection: errno {}; trying again in {} ms", errno, pause_when_starved.count());
    return false;
} catch (const std::exception& fault) {
    spdlog::error("connection lost to a fault: {}", fault.what());
    return false;
}

void Door::close() {
    closed_ = true;
    watch_.release();
    listener_.close();
    pause_.cancel();
}

}  // namespace seald
