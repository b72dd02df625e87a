// The life of a token's process: started, watched, started again after it ended, with a growing pause.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/tokens/token.hpp"

namespace seald {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds first_pause = 100ms;
constexpr std::chrono::milliseconds longest_pause = 5s;
constexpr std::chrono::milliseconds healthy_life = 10s;  // after that, an end is an accident and not a habit

}  // namespace

std::shared_ptr<Token> Token::start(asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks) {
    std::shared_ptr<Token> token(new Token(executor, std::move(settings), std::move(hooks)));
    asio::co_spawn(executor, token->keep_running(token), asio::detached);
    return token;
}

void Token::stop() {
    stopped_ = ending_on_purpose_ = true;
    if (process_) process_->kill("was stopped with the daemon");
    restart_timer_.cancel();
    watch_timer_.cancel();
}

asio::awaitable<void> Token::keep_running(std::shared_ptr<Token> self) {
    auto pause = first_pause;
    while (!stopped_) {
        const auto began = std::chrono::steady_clock::now();
        auto process = TokenProcess::start(executor_, command());
        if (process) {
            process_ = *process;
            ending_on_purpose_ = false;
            observe(TokenEvent::started,
                    "the process of token " + name().str() + " runs, pid " + std::to_string((*process)->pid()));
            asio::co_spawn(executor_, watch(self, *process), asio::detached);
            const auto how = co_await (*process)->wait_exit();
            process_ended(how);
        } else {
            process_ended(process.error().message + ": " + process.error().detail);
        }
        const bool healthy = ending_on_purpose_ || std::chrono::steady_clock::now() - began > healthy_life;
        pause = healthy ? first_pause : std::min(2 * pause, longest_pause);
        if (stopped_) co_return;
        restart_timer_.expires_after(pause);
        co_await restart_timer_.async_wait(as_result);
    }
}

asio::awaitable<void> Token::watch([[maybe_unused]] std::shared_ptr<Token> self,
                                   std::shared_ptr<TokenProcess> process) {
    while (!stopped_ && !process->killed()) {
        co_await refresh();
        if (stopped_ || process->killed()) co_return;
        watch_timer_.expires_after(settings_.watch_interval);
        co_await watch_timer_.async_wait(as_result);
    }
}

void Token::process_ended(const std::string& how) {
    process_.reset();
    info_ = token_protocol::TokenInfo();
    info_.why_absent = "its process is being started again";
    presence_ = Presence::unknown;
    why_not_running_ = how;
    watch_timer_.cancel();
    if (!ending_on_purpose_) observe(TokenEvent::died, "the process of token " + name().str() + ": " + how);
}

TokenCommand Token::command() const {
    TokenCommand command;
    command.program = settings_.program;
    command.arguments = {"--module",   settings_.module.string(),
                         "--sessions", std::to_string(settings_.sessions),
                         "--pin",      settings_.pin};
    // "--serial=…" in one word: a serial number that begins with a dash is not an option.
    command.arguments.push_back(settings_.serial ? "--serial=" + *settings_.serial
                                                 : "--label=" + settings_.label.value_or(""));
    if (settings_.network) command.arguments.push_back("--network");
    for (const auto& path : settings_.forbidden) command.arguments.push_back("--forbid=" + path.string());
    return command;
}

}  // namespace seald
