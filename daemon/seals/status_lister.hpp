// The signed list of all seals' states for relying parties: see core/status_list.hpp. It names no persons and no reasons in anybody's
// words; those are in the ledger.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <filesystem>
#include <string>

#include "core/keys.hpp"
#include "core/time.hpp"
#include "daemon/store/store.hpp"

namespace seald {

inline constexpr std::chrono::hours status_list_lasts{24};

class StatusLister {
  public:
    // The ledger's key of that time signs; a JWS's signing input has no newline, so none can be taken for a checkpoint, whose text has three.
    StatusLister(Store& store, std::filesystem::path state_dir, std::string daemon_id, const Clock& clock)
        : store_(store), state_dir_(std::move(state_dir)), daemon_id_(std::move(daemon_id)), clock_(clock) {}

    boost::asio::awaitable<Result<std::string>> current();  // as of now, compact

  private:
    Result<PrivateKey> load_key() const;
    Store& store_;
    std::filesystem::path state_dir_;
    std::string daemon_id_;
    const Clock& clock_;
    std::string latest_;             // what was signed last, ...
    std::uint64_t latest_size_ = 0;  // ... when the ledger had so many entries ...
    Timestamp latest_at_{};          // ... and when: the same again costs no signature
};

}  // namespace seald
