// What somebody asked for and nobody confirmed yet is over once the seal is not any more what it was asked for.
#pragma once
#include "core/names.hpp"
#include "daemon/store/store.hpp"

namespace seald {

Result<void> end_overtaken_acts(Transaction& transaction, const SealName& seal, const std::string& why, Timestamp now);

}  // namespace seald
