// Signs what a webhook receives, as Standard Webhooks says (standardwebhooks.com, symmetric signatures "v1"): HMAC-SHA256 over
// "id.timestamp.body" under a secret that the receiver has too. The secret is read from its file at each use, so that a new one
// needs no restart; where others could have read it, it is refused.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace seald {

struct WebhookSecretPlace {
    bool credential = false;  // of systemd, by its name; otherwise a file by its path
    std::string argument;
};

// Where it is; of a credential: unavailable where systemd gave none.
Result<std::filesystem::path> find_webhook_secret(const WebhookSecretPlace& place);

// The bytes of "whsec_<base64>", 24 to 64 of them, from a file that nobody else may read; a newline at its end is none of them.
// Errors never repeat what is in the file.
Result<Secret> read_webhook_secret(const WebhookSecretPlace& place);

// The value of the header webhook-signature.
std::string sign_webhook(const Secret& secret, std::string_view id, std::int64_t unix_time, std::string_view body);

}  // namespace seald
