// Does this signature seal this file, and who says so? Needs no daemon: the signature, the certificates to trust and
// the receipt with the ledger's key are enough. Refuses to call anything verified that no trusted key stands behind.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "client/check.hpp"
#include "client/pdf/covered.hpp"
#include "core/cms.hpp"
#include "core/ledger_keys.hpp"
#include "core/time.hpp"

namespace seald {

struct VerificationInput {
    std::filesystem::path file;
    Bytes cms;
    std::optional<std::string> receipt;  // the tlog-proof's text
    std::vector<Certificate> trusted;    // empty: no chain is checked
    std::optional<LedgerKeys> ledger_keys;
    Timestamp now;
    std::optional<pdf::Hole> hole = {};  // where the signature is inside the file; none: it is over all of it
};

// What the ledger recorded about a signature, from the entry of kind "outcome" inside a verified receipt.
struct RecordedSealing {
    std::uint64_t index = 0;
    Timestamp time{};
    std::string result, seal, seal_state, application, person;
    std::string document, signature_sha256, certificate_sha256;
};
Result<RecordedSealing> decode_recorded_sealing(const VerifiedEntry& entry);  // malformed

struct Verification {
    std::vector<Check> checks;
    std::optional<Certificate> signer;        // when the signature could be read
    std::optional<RecordedSealing> recorded;  // only when the receipt proves it and it is about this very signature
    bool anchored = false;                    // a certificate chain or a receipt leads to a key that the caller trusts
    bool verified() const { return anchored && !any_failed(checks); }
};

Verification verify_document(const VerificationInput& input);

}  // namespace seald
