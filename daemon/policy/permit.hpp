// A Permit is the evidence that every rule was met for one request at one moment. Only authorise() can make one.
#pragma once
#include <map>
#include <vector>

#include "daemon/model/caller.hpp"
#include "daemon/model/policy.hpp"
#include "daemon/model/seal_request.hpp"
#include "daemon/policy/use_rules.hpp"

namespace seald {

// One person's approval as it bears on one document.
struct Grant {
    std::string approval_id;   // jti
    Digest token_digest;       // SHA-256 over the compact JWS: the same id in another token is refused
    PersonId approver;
    StepName step;
    unsigned allowed = 1;      // how often this approval lists the document's digest, or the uses of its quota
    bool counts_any_document = false;  // a quota
    Timestamp expires_at{};    // of the approval
};

// Of the request's proof: who used the seal cannot deny it.
struct CheckedProof {
    std::string id;       // jti
    std::string jws;
    PublicKey key;        // the caller's, as enrolled now
    Timestamp expires_at{};
};

// An outside system whose approvals the permit rests on.
struct IssuerCount {
    PersonId issuer;
    Timestamp since{};               // of today
    std::optional<unsigned> daily;   // its limit
};

struct PermittedUse {
    Document document;
    std::vector<Grant> grants;  // one per counted approver of every step
};

// What authorise() judges on, read from the store in one snapshot.
struct SealFacts {
    Seal seal;
    std::optional<Application> application;  // with its decisions; present when the request names one
    std::vector<SpentUse> spent;
    std::vector<std::string> revoked = {};   // ids of approvals of the request that were revoked
    CallerFacts caller = {};
    std::map<Digest, unsigned> used = {};    // by all approvals of the application, revoked ones too
    std::map<PersonId, unsigned> issued = {};  // uses today that rest on approvals of these outside issuers
};

// So often may the caller use the seal from `since` on. Counted again, durably, where the intent is recorded.
struct UseLimit {
    std::string rule;  // rate-limit, daily-limit
    Timestamp since{};
    unsigned uses = 0;
};

class Permit {
  public:
    const Caller& caller() const { return caller_; }
    const SealRequest& request() const { return request_; }
    const Seal& seal() const { return seal_; }
    const std::vector<PermittedUse>& uses() const { return uses_; }  // one per document of the request, in its order
    Timestamp issued_at() const { return issued_at_; }
    const std::vector<UseLimit>& limits() const { return limits_; }
    const std::string& policy_sha256() const { return policy_sha256_; }  // of the policy that permitted
    const std::optional<CheckedProof>& proof() const { return proof_; }
    const std::vector<IssuerCount>& issuers() const { return issuers_; }

  private:
    friend Result<Permit> authorise(const Caller&, const SealRequest&, const SealFacts&, const Policy&, Timestamp);
    Permit(Caller caller, SealRequest request, Seal seal, std::vector<PermittedUse> uses, Timestamp issued_at,
           std::vector<UseLimit> limits, std::string policy_sha256, std::optional<CheckedProof> proof, std::vector<IssuerCount> issuers)
        : caller_(std::move(caller)),
          request_(std::move(request)),
          seal_(std::move(seal)),
          uses_(std::move(uses)),
          issued_at_(issued_at),
          limits_(std::move(limits)),
          policy_sha256_(std::move(policy_sha256)),
          proof_(std::move(proof)),
          issuers_(std::move(issuers)) {}
    Caller caller_;
    SealRequest request_;
    Seal seal_;
    std::vector<PermittedUse> uses_;
    Timestamp issued_at_;
    std::vector<UseLimit> limits_;
    std::string policy_sha256_;
    std::optional<CheckedProof> proof_;
    std::vector<IssuerCount> issuers_;
};

// The limits on this caller's uses of the seal at this moment.
std::vector<UseLimit> use_limits(const SealPolicy& rules, const Calendar& calendar, Timestamp now);

// Step 4 of the walk. Pure: no clock, no database, no I/O. Verifies every approval again (people leave).
// A refusal carries the first rule that was broken, and in `missing` all that would make it pass.
Result<Permit> authorise(const Caller& caller, const SealRequest& request, const SealFacts& facts, const Policy& policy, Timestamp now);

// Everything that stands against the request now, for `sealctl explain`; empty when authorise() would permit.
std::vector<Error> explain(const Caller& caller, const SealRequest& request, const SealFacts& facts, const Policy& policy, Timestamp now);

}  // namespace seald
