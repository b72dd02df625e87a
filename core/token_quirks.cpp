#include "core/token_quirks.hpp"

#include <array>

namespace seald {

std::string_view to_string(Quirk quirk) {
    switch (quirk) {
        case Quirk::no_slot_events:
            return "no-slot-events";
        case Quirk::one_at_a_time:
            return "one-at-a-time";
        case Quirk::no_reinitialise:
            return "no-reinitialise";
    }
    return "unknown";
}

std::span<const Quirk> all_quirks() {
    static constexpr std::array quirks{Quirk::no_slot_events, Quirk::one_at_a_time, Quirk::no_reinitialise};
    return quirks;
}

std::optional<Quirk> find_quirk(std::string_view name) {
    for (const auto quirk : all_quirks()) {
        if (to_string(quirk) == name) return quirk;
    }
    return std::nullopt;
}

}  // namespace seald
