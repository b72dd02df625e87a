// The quirks of core/token_quirks.hpp as this process heeds them.
#pragma once

namespace seald {

struct Quirks {
    bool no_slot_events = false;
    bool no_reinitialise = false;
};

}  // namespace seald
