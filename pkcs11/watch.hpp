// Notices that a token came, went, was reset or replaced: at once where the module tells of such events, otherwise by
// looking every half second. It runs between requests, on the thread that answers them.
#pragma once
#include "pkcs11/control.hpp"

namespace seald {

class Watch {
  public:
    using Clock = std::chrono::steady_clock;
    static constexpr std::chrono::milliseconds tick{200};  // how often to call next_answer()

    Watch(Control& control, Module& module) : control_(control), module_(module) {}

    void begin(std::uint64_t request);  // a WatchRequest
    void told(const token_protocol::TokenInfo& info) { told_ = info; }

    struct Answer {
        std::uint64_t request;
        token_protocol::TokenInfo info;
    };
    // The answer to the WatchRequest that waits, once there is one.
    std::optional<Answer> next_answer(Clock::time_point now);

  private:
    bool is_time_to_look(Clock::time_point now);

    Control& control_;
    Module& module_;
    std::optional<std::uint64_t> waiting_;
    Clock::time_point began_{}, looked_{}, last_event_{};
    token_protocol::TokenInfo told_;
};

}  // namespace seald
