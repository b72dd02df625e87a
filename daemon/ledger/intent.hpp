// Step 5 of the walk: the intent to sign, durable before the token is asked. Recording it reserves the use of every
// approval it rests on, so two requests cannot both get the last one.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <vector>

#include "daemon/policy/permit.hpp"
#include "daemon/store/store.hpp"

namespace seald {

class Intent {
  public:
    std::uint64_t index() const { return index_; }  // of its ledger entry
    const PermittedUse& use() const { return permit_->uses()[position_]; }
    std::size_t position() const { return position_; }  // among the request's documents
    const Permit& permit() const { return *permit_; }

  private:
    friend boost::asio::awaitable<Result<std::vector<Intent>>> record_intents(Store&, Permit, std::function<Result<void>()>);
    Intent(std::uint64_t index, std::shared_ptr<const Permit> permit, std::size_t position)
        : index_(index), permit_(std::move(permit)), position_(position) {}
    std::uint64_t index_;
    std::shared_ptr<const Permit> permit_;
    std::size_t position_;
};

// Asked on the writer's thread, last before the intent is written: does the policy that permitted still hold?
using StillHolds = std::function<Result<void>()>;

// Of the error after which the same request is to be judged anew, with the seal's new key; nothing was spent.
inline constexpr const char* seal_replaced_rule = "seal-replaced";

// One intent per document of the request, in its order; all or none. conflict when, since the permit was given, the seal was
// stopped (seal-changed) or got another key (seal_replaced_rule: to be judged anew), the policy was replaced (policy-changed), an approval was used up (already-sealed), or the same request came in twice (request-in-progress).
boost::asio::awaitable<Result<std::vector<Intent>>> record_intents(Store& store, Permit permit, StillHolds still_holds);

}  // namespace seald
