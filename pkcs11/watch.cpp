#include "pkcs11/watch.hpp"

namespace seald {

namespace {

constexpr std::chrono::milliseconds between_looks{500};
// Where the module tells of events, in case it forgets one.
constexpr std::chrono::milliseconds between_looks_with_events{2000};

}  // namespace

void Watch::begin(std::uint64_t request) {
    waiting_ = request;
    began_ = Clock::now();
}

std::optional<Watch::Answer> Watch::next_answer(Clock::time_point now) {
    if (!waiting_) return std::nullopt;
    const bool patience_is_over = now - began_ >= token_protocol::watch_patience;
    if (!is_time_to_look(now) && !patience_is_over) return std::nullopt;
    looked_ = now;
    auto info = control_.hello();
    if (info == told_ && !patience_is_over) return std::nullopt;
    told_ = info;
    return Answer{*std::exchange(waiting_, std::nullopt), std::move(info)};
}

bool Watch::is_time_to_look(Clock::time_point now) {
    if (module_.slot_event_happened()) {
        last_event_ = now;
        return true;
    }
    // A slot may show its token for half a second after the event that says it is gone.
    const bool quiet = module_.tells_slot_events() && now - last_event_ > between_looks_with_events;
    return now - looked_ >= (quiet ? between_looks_with_events : between_looks);
}

}  // namespace seald
