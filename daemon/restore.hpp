// `seald --restore`: makes the state from a backup where there is none, once everything in it was verified. Says what is lost, and
// goes on without it only when told so. What comes of it can sign nothing yet: all seals are suspended and all approvals void,
// since what they were used for after the backup is not known.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "config/configuration.hpp"

namespace seald {

struct RestoreOptions {
    std::filesystem::path backup;
    std::filesystem::path key;                   // a recipient's private key
    std::string ledger_key;                      // or a file with it
    std::vector<std::filesystem::path> since;    // checkpoints or receipts that somebody kept
    std::optional<std::uint64_t> accept_loss_from;
    std::string reason;
};

Result<void> restore_state(const Configuration& configuration, const RestoreOptions& options);

}  // namespace seald
