// Which witnesses a verification asks for: --witness and --quorum, read once into a policy.
#pragma once
#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "client/check.hpp"
#include "core/cosignature.hpp"
#include "core/ledger_keys.hpp"

namespace seald {

struct WitnessChoice {
    std::vector<std::string> witnesses;  // verifier keys, or files with one
    std::optional<std::size_t> quorum;   // all of them unless given
};
void add_witness_options(CLI::App& command, WitnessChoice& choice);

// Nothing when no witness was asked for.
Result<std::optional<WitnessPolicy>> load_policy(const WitnessChoice& choice, const LedgerKeys& ledger);
Check check_witnesses(const WitnessPolicy& policy, std::string_view note);

}  // namespace seald
