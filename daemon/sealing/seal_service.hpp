// The walk, steps 4 to 8: from an identified caller's request to recorded signatures. SealService::seal reads top to bottom;
// each step hands on the evidence that the next one demands (Caller, Permit, Intent, VerifiedSignature, Receipt), so that
// signing something unrecorded, or releasing something unverified, does not compile.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <vector>

#include "core/time.hpp"
#include "daemon/ledger/outcome.hpp"
#include "daemon/policy/policy_in_force.hpp"
#include "daemon/sealing/facts.hpp"
#include "daemon/tokens/tokens.hpp"

namespace seald {

struct Explanation {
    std::vector<Error> objections;  // what stands against the request now; empty when it would be carried out
    bool needs_proof = false;       // then it must bring a proof of use, which nobody asks for in an explanation
};

class SealService {
  public:
    SealService(Store& store, Tokens& tokens, const PolicyInForce& policies, const Clock& clock)
        : store_(store), tokens_(tokens), policies_(policies), clock_(clock) {}

    // One receipt per document of the request, in its order; or nothing at all was released. Where the seal's key was replaced
    // between permit and intent, the request is judged anew: a cut-over costs nobody his request.
    boost::asio::awaitable<Result<std::vector<Receipt>>> seal(Caller caller, SealRequest request);

    boost::asio::awaitable<Result<Explanation>> explain(Caller caller, SealRequest request);

  private:
    boost::asio::awaitable<Result<std::vector<Receipt>>> walk(Caller caller, SealRequest request);
    boost::asio::awaitable<Result<std::vector<Receipt>>> answer_refusal(std::shared_ptr<const Policy> policy, SealRequest request, SealFacts facts,
                                                                             Error refusal);

    Store& store_;
    Tokens& tokens_;
    const PolicyInForce& policies_;
    const Clock& clock_;
};

}  // namespace seald
