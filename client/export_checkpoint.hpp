// Which checkpoint an export is under: one that witnesses cosigned, where there are any. The export of a period takes the best
// cosigned one that covers it; where none does yet, it is waited for a moment, since witnesses are asked twice a second.
#pragma once
#include <string>

#include "client/api_client.hpp"
#include "core/ledger_keys.hpp"

namespace seald {

struct ExportCheckpoint {
    std::string note;
    std::uint64_t size = 0;
    std::string words;  // whether it is cosigned, for people
};
// Of `least` entries or more. `newest`: what is taken when no witness cosigned so many in time.
Result<ExportCheckpoint> find_export_checkpoint(const ApiClient& api, std::uint64_t least, const std::string& newest);

}  // namespace seald
