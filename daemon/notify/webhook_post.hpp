// One POST to a webhook, one answer, of which only the status counts. HTTPS with the server's certificate verified, or plain HTTP
// to this host itself, whatever a name resolves to. Redirects are not followed, proxies not asked, the answer's body not read; all
// of it has one time limit, but for finding the host by its name, which the system limits. Errors never tell the address, which may hold a key.
#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <string>

#include "daemon/model/notice_settings.hpp"

namespace seald {

struct WebhookMessage {  // the headers that Standard Webhooks wants, and the body
    std::string id, signature, body;
    std::int64_t unix_time = 0;
};

// The status of a 2xx answer; unavailable, saying what came back instead.
boost::asio::awaitable<Result<unsigned>> post_to_webhook(Webhook webhook, WebhookMessage message, std::chrono::milliseconds limit);

}  // namespace seald
