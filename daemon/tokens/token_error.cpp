#include "daemon/tokens/token_error.hpp"

namespace seald {

using token_protocol::Failure;

namespace {

std::string raw_code(const token_protocol::FailureReply& failure) {
    return failure.call.empty() ? failure.ckr : failure.call + ": " + failure.ckr;
}

Error pin_refusal(const char* rule, std::string message, const token_protocol::FailureReply& failure) {
    auto error = refusal(rule, std::move(message));
    error.detail = raw_code(failure);
    return error;
}

}  // namespace

Error token_is_absent(const TokenName& token, const std::string& identity, std::string detail) {
    return unavailable("token " + token.str() + " is not there: insert token " + token.str() + " (" + identity + ")",
                       true, std::move(detail));
}

Error token_is_locked(const TokenName& token, std::string detail) {
    return unavailable("token " + token.str() + " is locked: sealctl token unlock " + token.str(), true,
                       std::move(detail));
}

Error to_error(const token_protocol::FailureReply& failure, const TokenName& token, const std::string& identity) {
    auto said = "token " + token.str() + ": " + failure.words;
    switch (failure.failure) {
        case Failure::token_absent:
            return token_is_absent(token, identity, raw_code(failure) + "; " + failure.words);
        case Failure::token_locked:
            return token_is_locked(token, raw_code(failure));
        case Failure::pin_incorrect:
            return pin_refusal("pin-incorrect", std::move(said), failure);
        case Failure::pin_rejected:
            return pin_refusal("pin-rejected", std::move(said), failure);
        case Failure::pin_locked:
            return pin_refusal("pin-locked", std::move(said), failure);
        case Failure::wrong_token:
            return pin_refusal("wrong-token", std::move(said), failure);
        case Failure::key_not_found:
            return unavailable(std::move(said), false, raw_code(failure));
        case Failure::token_failed:
            return unavailable(std::move(said), true, raw_code(failure));
        case Failure::unsupported:
        case Failure::bad_request:
            break;
    }
    auto error = unacceptable(std::move(said));
    error.detail = raw_code(failure);
    return error;
}

}  // namespace seald
