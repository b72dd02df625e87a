// Finding the token among a module's slots, by serial number or label: slot numbers move on every replug. Two tokens
// that match are refused.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "pkcs11/module.hpp"

namespace seald {

struct TokenSelector {  // exactly one of the two
    std::optional<std::string> serial;
    std::optional<std::string> label;
};

struct FoundToken {
    CK_SLOT_ID slot = 0;
    CK_TOKEN_INFO info{};
};

// token_absent in words that name what is there instead.
Outcome<FoundToken> find_token(const Module& module, const TokenSelector& selector);
Outcome<CK_TOKEN_INFO> read_token_info(const Module& module, CK_SLOT_ID slot);

// A fixed-length field without its padding (blanks; NULs on some tokens), exactly as the token has it.
std::string trimmed(const CK_UTF8CHAR* field, std::size_t size);
bool same_token(const CK_TOKEN_INFO& one, const CK_TOKEN_INFO& other);
token_protocol::PinState pin_state(const CK_TOKEN_INFO& info);
// For people: characters that could play tricks in a log or on a terminal are replaced.
token_protocol::TokenInfo describe(const CK_TOKEN_INFO& info, bool logged_in);
std::string printable(std::string text);

}  // namespace seald
