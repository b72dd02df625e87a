#include "daemon/tokens/lease.hpp"

namespace seald {

std::optional<Timestamp> Lease::until() const {
    if (!terms_.duration) return std::nullopt;
    return terms_.since + std::chrono::duration_cast<Timestamp::duration>(*terms_.duration);
}

std::string Lease::words() const {
    std::string words = "by " + terms_.by;
    if (const auto end = until()) words += ", until " + to_rfc3339(*end);
    words += ", " + std::to_string(used_) + (terms_.uses ? " of " + std::to_string(*terms_.uses) : std::string()) + " uses";
    return words;
}

}  // namespace seald
