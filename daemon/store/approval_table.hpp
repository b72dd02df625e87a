// Which approvals are known, and how often each was used for which digest. A use is reserved in the transaction that
// records the intent, so two requests cannot both get the last one, across crashes and restarts.
#pragma once
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/digest.hpp"
#include "core/time.hpp"
#include "daemon/model/seal_request.hpp"
#include "daemon/store/sqlite.hpp"

namespace seald::tables {

// Binds the id (jti) to one token for ever. conflict "approval-id-reused" when it is known with another token.
Result<void> remember_approval(Database& database, const std::string& jti, const Digest& token_digest,
                               Timestamp expires_at);

// refused "approval-revoked", conflict "approval-already-used" when as many uses as allowed are reserved or spent. The approval must be remembered.
Result<void> reserve_use(Database& database, const std::string& jti, const Digest& document, unsigned allowed,
                         std::uint64_t intent_index);

// Likewise for a quota, whose uses count whatever the document.
Result<void> reserve_quota_use(Database& database, const std::string& jti, const Digest& document, unsigned uses, std::uint64_t intent_index);

// From now on no use of it is reserved. The approval must be remembered; conflict "approval-revoked" when it was before.
Result<void> revoke_approval(Database& database, const std::string& jti, Timestamp now);
Result<std::vector<std::string>> revoked_approvals(Database& database, const std::vector<std::string>& jtis);  // which of these

// Gives back what an intent reserved: only for intents from which no signature was released.
Result<void> release_uses(Database& database, std::uint64_t intent_index);

// Unreleased uses of all approvals of the application's present round, also revoked ones: what was sealed by them stays sealed. A signature
// counts once, by however many approvals.
Result<std::map<Digest, unsigned>> application_uses(Database& database, const ApplicationNumber& application);

// Unreleased uses of these approvals by document; those without any are left out.
Result<std::vector<SpentUse>> spent_uses(Database& database, const std::vector<std::string>& jtis);

}  // namespace seald::tables
