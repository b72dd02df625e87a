// How a token's process is started: as the configuration says, and shut out from what is none of its business.
#pragma once
#include "config/configuration.hpp"
#include "daemon/tokens/token.hpp"

namespace seald {

TokenSettings token_settings(const TokenConfiguration& token, const Configuration& configuration);

}  // namespace seald
