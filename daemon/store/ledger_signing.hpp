// The key that the ledger is signed with, and those that it was. The writer's thread signs and changes the key; anybody may
// ask for the keys.
#pragma once
#include <memory>
#include <mutex>

#include "core/ledger_keys.hpp"

namespace seald {

class LedgerSigning {
  public:
    LedgerSigning(NoteSigner in_force, LedgerKeys keys)
        : state_(std::make_unique<State>(std::move(in_force), std::make_shared<const LedgerKeys>(std::move(keys)))) {}

    const NoteSigner& in_force() const { return state_->signer; }  // for the writer's thread
    void put_in_force(NoteSigner next, LedgerKeyChange change) {
        const std::lock_guard lock(state_->mutex);
        state_->signer = std::move(next);
        state_->keys = std::make_shared<const LedgerKeys>(state_->keys->with(std::move(change)));
    }
    std::shared_ptr<const LedgerKeys> keys() const {
        const std::lock_guard lock(state_->mutex);
        return state_->keys;
    }

  private:
    struct State {
        State(NoteSigner in_force, std::shared_ptr<const LedgerKeys> all) : signer(std::move(in_force)), keys(std::move(all)) {}
        mutable std::mutex mutex;
        NoteSigner signer;
        std::shared_ptr<const LedgerKeys> keys;
    };
    std::unique_ptr<State> state_;
};

}  // namespace seald
