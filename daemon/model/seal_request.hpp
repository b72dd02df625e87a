// A request for signatures, decoded and bounded, not yet judged.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "daemon/model/application.hpp"

namespace seald {

struct SealRequest {
    std::string request_id;  // 1 to 128 clean characters; the same id means the same request
    SealName seal;
    std::optional<ApplicationNumber> application;  // either an application ...
    std::vector<std::string> approvals;            // ... or tokens minted by an outside system
    std::vector<Document> documents;               // at least one
    SignatureFormat format = SignatureFormat::cms;
    std::string purpose;  // may be empty with an application
    std::optional<std::string> proof = {};  // that the caller himself asked: a JWS by his own key
    std::string log_id = {};                // of the log line; at most 64 characters

    // SHA-256 over everything but the ids and the proof: tells a repetition from another request under the same id. A
    // repetition may be proven anew, as proofs expire.
    Digest fingerprint() const;
};

// How often an approval was already used for a digest; reserved uses count.
struct SpentUse {
    std::string approval_id;
    Digest document;
    unsigned count = 0;
};

}  // namespace seald
