// The status list: what relying parties (驗章) look up a seal's state in. A compact JWS of typ "seal-status-list+jwt", EdDSA by the
// ledger's key, which they know already; its claims say when it was issued and when the next one is due, so that an old one shows.
#pragma once
#include <boost/json/object.hpp>
#include <string_view>

#include "core/checkpoint.hpp"
#include "core/jws.hpp"
#include "core/time.hpp"

namespace seald {

inline constexpr std::string_view status_list_typ = "seal-status-list+jwt";

// The Ed25519 key inside a verifier key, as ordinary tools know keys.
Result<PublicKey> public_key_of(const NoteVerifier& verifier);

struct StatusList {
    std::string issuer;  // the daemon's id
    Timestamp issued_at{}, next_update{};
    boost::json::object claims;
};
// verification_failed unless the ledger's key signed it; whether it is out of date is for the reader to say.
Result<StatusList> open_status_list(std::string_view compact, const NoteVerifier& verifier);

}  // namespace seald
