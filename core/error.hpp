// What can go wrong, in the field's words. Foreign codes (CK_RV, SQLite, OpenSSL) never get this far:
// each is turned into one of these at its border.
#pragma once
#include <boost/system/result.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace seald {

enum class ErrorCode {
    malformed,            // the input cannot be understood
    not_identified,       // nobody enrolled is calling
    refused,              // a rule says no: Error::rule names it
    not_found,            // no such seal, application, token, entry
    conflict,             // the object's state forbids it: already sealed, withdrawn, not in force
    too_large,            // over a stated limit
    unacceptable,         // understood, but not acceptable: digest length, algorithm, certificate
    too_many,             // over a rate; trying later helps
    unavailable,          // token, disk or daemon; Error::retry says whether trying again may help
    verification_failed,  // a signature, certificate, proof or ledger does not check out
    internal,             // our own bug; the detail is in the log
};

// The word for a code on the wire and in `--json`, e.g. "not-found".
std::string_view to_string(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::internal;
    std::string message;               // for the caller: what happened and what would help
    std::string rule = {};             // the rule that refused, e.g. "approval-expired"; empty when no rule did
    std::vector<std::string> missing = {};  // who or what would make it pass
    bool retry = false;                // may the same request succeed later, unchanged?
    std::string detail = {};           // for the log only, never sent: raw codes, paths
};

template <class T>
using Result = boost::system::result<T, Error>;

// Lets Result<T>::value() throw what it holds; used at start-up and in tests only.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& where);

// Short forms for the commonest errors.
Error malformed(std::string message);
Error refusal(std::string rule, std::string message, std::vector<std::string> missing = {});
Error not_found(std::string message);
Error conflict(std::string rule, std::string message);
Error unacceptable(std::string message);
Error unavailable(std::string message, bool retry, std::string detail = {});
Error verification_failed(std::string message);
Error internal_error(std::string detail);

}  // namespace seald
