// Do these approvals together permit these documents? Every step needs its number of distinct persons, a person counts
// once over all steps, every approval lists every document, and none is used more often than it says.
#pragma once
#include <map>
#include <vector>

#include "daemon/policy/approval_check.hpp"
#include "daemon/policy/permit.hpp"

namespace seald {

struct CoverageQuestion {
    const std::vector<Document>& documents;         // as requested
    const std::vector<CheckedApproval>& approvals;  // all of them checked, decision approve
    const std::vector<SpentUse>& spent;
    const ApprovalTerms& terms;
};

struct Coverage {
    std::vector<PermittedUse> uses;  // one per document, in order; only meaningful without objections
    std::vector<Error> objections;
};

Coverage cover(const CoverageQuestion& question);

using DigestCounts = std::map<Digest, unsigned>;
DigestCounts count_digests(const std::vector<Document>& documents);
DigestCounts count_digests(const std::vector<ApprovedDocument>& documents);

// approval-same-person, approval-id-repeated: one person, one key, one token, each counts once.
std::vector<Error> separation_objections(const std::vector<CheckedApproval>& approvals);

}  // namespace seald
