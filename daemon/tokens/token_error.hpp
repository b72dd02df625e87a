// The border where a token's failures become the domain's errors: what happened to which token, and what would help.
#pragma once
#include "core/names.hpp"
#include "core/token_protocol.hpp"

namespace seald {

// `identity` is how people find the token: "serial a1b2" or "label X".
Error to_error(const token_protocol::FailureReply& failure, const TokenName& token, const std::string& identity);

Error token_is_absent(const TokenName& token, const std::string& identity, std::string detail);
Error token_is_locked(const TokenName& token, std::string detail);

}  // namespace seald
