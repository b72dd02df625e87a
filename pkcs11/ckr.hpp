// Cryptoki's return values turned into what the daemon can act on: the kind of failure, words that say what to do, and
// the raw code with its call for the log. A CK_RV goes no further than this folder.
#pragma once
#include <p11-kit/pkcs11.h>

#include <boost/system/result.hpp>
#include <string>
#include <string_view>

#include "core/token_protocol.hpp"

namespace seald {

// Cryptoki's CK_UNAVAILABLE_INFORMATION, without its old-style cast.
inline constexpr CK_ULONG unavailable_information = ~CK_ULONG{0};

struct TokenError {
    token_protocol::Failure failure = token_protocol::Failure::token_failed;
    std::string words;
    std::string call = {};  // empty when no call to the module was made
    CK_RV ckr = CKR_OK;
    bool pin_sent = false;  // C_Login was called
    Bytes pin_print = {};   // of the PIN that the token said is wrong
};

template <class T>
using Outcome = boost::system::result<T, TokenError>;

// The module answered `ckr` to `call`.
TokenError failed_call(std::string_view call, CK_RV ckr);
// We refuse on our own account.
TokenError refused(token_protocol::Failure failure, std::string words);
token_protocol::FailureReply to_reply(const TokenError& error);

std::string trace_of(const TokenError& error);  // "C_Sign: CKR_DEVICE_REMOVED (0x32)", for the log

std::string ckr_name(CK_RV ckr);  // "CKR_PIN_INCORRECT (0xa0)"; vendors' own codes as numbers

// The token is certainly gone, and the login with it.
bool means_removed(CK_RV ckr);
// The session or what was found in it is of no use any more; a new one may be.
bool means_stale_session(CK_RV ckr);
// The login may be gone: ask the anchor session before believing it.
bool may_mean_removed(CK_RV ckr);

}  // namespace seald
