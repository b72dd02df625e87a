// What the approvals of an enrolled outside system ([[issuer]]) may be for: seals, kinds of seal, purposes, and how many uses a
// day. Persons have no such limits: their roles and departments are theirs.
#pragma once
#include <string_view>
#include <vector>

#include "daemon/policy/approval_check.hpp"
#include "daemon/policy/permit.hpp"

namespace seald {

// Byte by byte, with "*" for any text, none included.
bool matches_purpose(std::string_view pattern, std::string_view purpose);

// issuer-seal, issuer-kind, issuer-purpose: about the approval itself, whose purpose its issuer signed.
Result<void> check_issuer_limits(const Approval& approval, const ApprovalTerms& terms);

// The outside systems that the uses rest on, each once.
std::vector<IssuerCount> find_issuers(const std::vector<PermittedUse>& uses, const Policy& policy, Timestamp now);

// issuer-purpose: the purpose that the request itself gives, which the ledger will have, is another; issuer-daily-limit.
std::vector<Error> issuer_objections(const std::vector<IssuerCount>& issuers, const SealRequest& request, const SealFacts& facts, const Policy& policy);

// The same limit, said where the use is counted for good. `used`: today, before.
Result<void> check_issuer_daily(const IssuerCount& issuer, unsigned used, std::size_t wanted);

}  // namespace seald
