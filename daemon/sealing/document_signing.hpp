// Steps 6 and 7 of the walk. What the token signs is built here (CMS signed attributes over the approved digest); what comes
// back is verified against the seal's registered certificate before anything else happens to it.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/verified_signature.hpp"
#include "daemon/ledger/intent.hpp"
#include "daemon/tokens/token.hpp"
#include "daemon/tokens/token_line.hpp"

namespace seald {

struct SignedDocument {
    Bytes value;                    // as it came from the token, put into its format; not yet believed
    std::optional<KeyPlace> place;  // whose key made it
};

// One result per intent, in their order; several are in flight at once, each with its own turn at the token.
boost::asio::awaitable<std::vector<Result<SignedDocument>>> sign_documents(Token& token, TokenLine& line, KeyPlace place,
                                                                         std::vector<Intent> intents);

// Where each was signed; none where it was not.
std::vector<std::optional<KeyPlace>> places_of(const std::vector<Result<SignedDocument>>& documents);

std::vector<Result<VerifiedSignature>> verify_documents(const std::vector<Intent>& intents,
                                                        std::vector<Result<SignedDocument>> signed_documents);

}  // namespace seald
