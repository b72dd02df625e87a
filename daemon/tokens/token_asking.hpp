// How Token's parts ask its process. Included by Token's own files only.
#pragma once
#include <boost/asio/use_awaitable.hpp>

#include "daemon/tokens/token.hpp"
#include "daemon/tokens/token_error.hpp"

namespace seald {

inline constexpr std::chrono::milliseconds control_deadline{30'000};

template <class Answer>
boost::asio::awaitable<Result<Answer>> Token::ask(Turns& turns, token_protocol::Request request,
                                                  std::chrono::milliseconds deadline) {
    const auto turn = co_await turns.take(deadline);
    if (!turn) co_return unavailable("token " + name().str() + " is busy", true);
    const auto process = process_;
    if (!process || process->killed()) co_return not_running();
    auto reply = co_await process->request(std::move(request), deadline);
    co_return expect_reply<Answer>(std::move(reply));
}

template <class Answer>
boost::asio::awaitable<Result<Answer>> Token::ask_long(token_protocol::Request request, std::chrono::milliseconds deadline) {
    ++long_verbs_;
    auto answer = co_await ask<Answer>(key_turn_, std::move(request), deadline);
    --long_verbs_;
    co_return answer;
}

template <class Answer>
Result<Answer> Token::expect_reply(Result<token_protocol::Reply> reply) {
    if (!reply) {
        auto error = reply.error();
        error.message = "token " + name().str() + ": " + error.message + "; it is being started again";
        return error;
    }
    if (auto* answer = std::get_if<Answer>(&*reply)) return std::move(*answer);
    if (const auto* failure = std::get_if<token_protocol::FailureReply>(&*reply))
        return to_error(*failure, name(), identity());
    if (process_) process_->kill("broke the token protocol");
    return not_running();
}

}  // namespace seald
