// A witness's HTTP side: POST /add-checkpoint, one connection's requests after the other, bounded in size, number and time.
// Plain HTTP: requests carry their own signatures and answers theirs; who wants TLS puts a proxy in front.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "client/witness.hpp"

namespace seald {

struct WitnessAddress {
    std::string host;  // an IP address
    std::uint16_t port = 0;  // 0: any free one
    static Result<WitnessAddress> decode(std::string_view text);  // "127.0.0.1:7450", "[::1]:7450"
};

// Until SIGTERM or SIGINT. `say` gets a line for the operator each time there is something to tell.
Result<void> serve_witness(Witness& witness, const WitnessAddress& address, const std::function<void(const std::string&)>& say);

}  // namespace seald
