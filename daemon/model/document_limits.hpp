// How much attached documents may take, as configured.
#pragma once
#include <cstdint>

namespace seald {

struct DocumentLimits {
    std::uint64_t one = 256ULL << 20;   // bytes of one document
    std::uint64_t all = 20ULL << 30;    // bytes of all that are stored
};

}  // namespace seald
