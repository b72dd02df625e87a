// One POST to a witness and its answer, over HTTP or TLS, bounded in size and time.
#pragma once
#include <openssl/ssl.h>

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <string>

#include "daemon/model/witness.hpp"

namespace seald {

struct SslContextFree {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using WitnessTls = std::shared_ptr<SSL_CTX>;
// Whom to believe: the CA file's certificates, or the system's. Nothing for http://.
Result<WitnessTls> load_witness_tls(const WitnessSettings& settings);

struct WitnessReply {
    unsigned status = 0;
    std::string content_type, body;
};
// unavailable: not reached, no answer in time, not HTTP.
boost::asio::awaitable<Result<WitnessReply>> post_to_witness(WitnessUrl url, WitnessTls tls, std::string body, std::chrono::milliseconds limit);

}  // namespace seald
