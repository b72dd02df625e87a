#include "daemon/tokens/tokens.hpp"

#include <algorithm>

namespace seald {

void Tokens::start(boost::asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks) {
    const TokenName name = settings.name;
    if (std::ranges::find(settings.quirks, Quirk::one_at_a_time) != settings.quirks.end()) settings.sessions = 1;
    TokenLine::Observe observe;
    if (timed_) observe = [this, name](TokenLine::Clock::duration waited, TokenLine::Clock::duration used) { timed_(name, waited, used); };
    // One for each session: more with the token at once would only make the next caller's turn come later.
    // A request puts all of these into it together, and a slow token signs them one after the other.
    const auto patience = documents_in_flight * settings.sign_timeout;
    lines_.emplace(name, std::make_unique<TokenLine>(executor, name, settings.sessions, patience, std::move(observe)));
    tokens_.push_back(Token::start(std::move(executor), std::move(settings), std::move(hooks)));
}

void Tokens::stop() {
    for (const auto& token : tokens_) token->stop();
}

Result<Token*> Tokens::find(const TokenName& name) {
    std::string known;
    for (const auto& token : tokens_) {
        if (token->name() == name) return token.get();
        known += (known.empty() ? "" : ", ") + token->name().str();
    }
    return not_found("there is no token " + name.str() +
                     " in the configuration; there are: " + (known.empty() ? "none" : known));
}

Result<Token*> Tokens::find_ready(const TokenName& name, std::uint64_t signatures) {
    auto token = find(name);
    if (!token) return token.error();
    if (auto ready = (*token)->check_ready(signatures); !ready) return ready.error();
    return token;
}

}  // namespace seald
