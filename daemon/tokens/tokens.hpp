// All configured tokens, by name.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "daemon/tokens/token.hpp"
#include "daemon/tokens/token_line.hpp"

namespace seald {

class Tokens {
  public:
    using Timed = std::function<void(const TokenName& token, TokenLine::Clock::duration waited, TokenLine::Clock::duration used)>;
    explicit Tokens(Timed timed = {}) : timed_(std::move(timed)) {}
    void start(boost::asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks);
    void stop();

    Result<Token*> find(const TokenName& name);        // not_found, naming those there are
    // unavailable when it cannot make so many signatures now, saying what would help
    Result<Token*> find_ready(const TokenName& name, std::uint64_t signatures = 1);
    const std::vector<std::shared_ptr<Token>>& all() const { return tokens_; }
    TokenLine& line(const TokenName& name) const { return *lines_.at(name); }  // of a token that there is

  private:
    Timed timed_;
    std::vector<std::shared_ptr<Token>> tokens_;
    std::map<TokenName, std::unique_ptr<TokenLine>> lines_;
};

}  // namespace seald
