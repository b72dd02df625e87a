// All configured tokens, by name.
#pragma once
#include <memory>
#include <vector>

#include "daemon/tokens/token.hpp"

namespace seald {

class Tokens {
  public:
    void start(boost::asio::any_io_executor executor, TokenSettings settings, TokenHooks hooks);
    void stop();

    Result<Token*> find(const TokenName& name);        // not_found, naming those there are
    Result<Token*> find_ready(const TokenName& name);  // unavailable when it cannot sign now, saying what would help
    const std::vector<std::shared_ptr<Token>>& all() const { return tokens_; }

  private:
    std::vector<std::shared_ptr<Token>> tokens_;
};

}  // namespace seald
