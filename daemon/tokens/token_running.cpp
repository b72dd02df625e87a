// The life of a token's process: started, watched, started again after it ended, with a growing pause.
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "daemon/tokens/token_asking.hpp"

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
    lease_timer_.cancel();
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

asio::awaitable<Result<token_protocol::TokenInfo>> Token::refresh() {
    const auto self = shared_from_this();
    const auto turn = co_await control_turn_.take(control_deadline);
    if (!turn) co_return unavailable("token " + name().str() + " is busy", true);
    const auto process = process_;
    if (!process || process->killed()) co_return not_running();
    token_protocol::HelloRequest request;
    auto reply = co_await process->request(request, control_deadline);
    auto info = expect_reply<token_protocol::TokenInfo>(std::move(reply));
    if (!info || process->killed()) co_return info;
    take(std::move(*info));
    if (wants_to_log_in()) co_await log_in_unattended(process);
    co_return info_;
}

// The process answers as soon as something is different.
asio::awaitable<void> Token::watch([[maybe_unused]] std::shared_ptr<Token> self,
                                   std::shared_ptr<TokenProcess> process) {
    co_await refresh();
    while (!stopped_ && !process->killed()) {
        token_protocol::WatchRequest request;
        const std::chrono::milliseconds deadline = token_protocol::watch_patience + control_deadline;
        auto reply = co_await process->request(request, deadline);
        auto info = expect_reply<token_protocol::TokenInfo>(std::move(reply));
        if (stopped_ || process->killed()) co_return;
        if (!info) continue;
        take(std::move(*info));
        if (wants_to_log_in()) co_await refresh();
    }
}

void Token::process_ended(const std::string& how) {
    const bool lost_login = info_.logged_in && !ending_on_purpose_;
    process_.reset();
    lease_.reset();
    lease_timer_.cancel();
    info_ = token_protocol::TokenInfo();
    info_.why_absent = "its process is being started again";
    presence_ = Presence::unknown;
    why_not_running_ = how;
    if (lost_login) observe(TokenEvent::login_lost, "token " + name().str() + " lost its login with its process");
    if (!ending_on_purpose_) observe(TokenEvent::died, "the process of token " + name().str() + ": " + how);
}

TokenCommand Token::command() const {
    TokenCommand command;
    command.program = settings_.program;
    command.arguments = {"--module",   settings_.module.string(),
                         "--sessions", std::to_string(settings_.sessions),
                         "--pin",      settings_.pin};
    for (const auto quirk : settings_.quirks) command.arguments.push_back("--quirk=" + std::string(to_string(quirk)));
    // "--serial=…" in one word: a serial number that begins with a dash is not an option.
    command.arguments.push_back(settings_.serial ? "--serial=" + *settings_.serial
                                                 : "--label=" + settings_.label.value_or(""));
    if (settings_.network) command.arguments.push_back("--network");
    for (const auto& path : settings_.forbidden) command.arguments.push_back("--forbid=" + path.string());
    return command;
}

}  // namespace seald
