// What is known to be wrong with some PKCS#11 modules, and can be said in the configuration so that seald goes round it.
// A closed list: each is something that seald does differently.
#pragma once
#include <optional>
#include <span>
#include <string_view>

namespace seald {

enum class Quirk {
    no_slot_events,   // C_WaitForSlotEvent hangs, crashes or lies: look every half second instead
    one_at_a_time,    // fails or gets slower when two signatures are made at once
    no_reinitialise,  // crashes in C_Finalize or a second C_Initialize: a new process instead
};
std::string_view to_string(Quirk quirk);  // "no-slot-events"
std::optional<Quirk> find_quirk(std::string_view name);
std::span<const Quirk> all_quirks();

}  // namespace seald
