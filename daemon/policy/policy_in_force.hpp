// The policy that holds now. Whoever decides takes it once and decides by that one; whoever then writes the decision down asks
// whether it still holds, so that nothing is decided by a policy after its replacement was reported.
#pragma once
#include <atomic>
#include <memory>

#include "daemon/model/policy.hpp"

namespace seald {

class PolicyInForce {
  public:
    explicit PolicyInForce(Policy policy) : current_(std::make_shared<const Policy>(std::move(policy))) {}
    std::shared_ptr<const Policy> current() const { return current_.load(); }  // any thread
    void replace(std::shared_ptr<const Policy> policy) { current_.store(std::move(policy)); }

    Result<void> check_still_holds(const Policy& decided_by) const {
        if (current().get() == &decided_by) return {};
        Error changed = conflict("policy-changed", "the policy was loaded anew just now: ask again");
        changed.retry = true;
        return changed;
    }

  private:
    std::atomic<std::shared_ptr<const Policy>> current_;
};

}  // namespace seald
