#include "client/recorded_proof.hpp"

#include <algorithm>

#include "client/answer_reader.hpp"
#include "core/use_proof.hpp"

namespace seald {
namespace {

Error contradiction(const std::string& what) { return verification_failed("the proof of use in this entry " + what); }

bool lists(const UseProof& proof, const std::string& digest) {
    return std::ranges::any_of(proof.documents, [&](const ApprovedDocument& listed) {
        return std::string(to_string(listed.digest.algorithm())) + ":" + listed.digest.hex() == digest;
    });
}

// What was signed is what was recorded.
Result<void> compare(const UseProof& proof, const boost::json::value& entry) {
    const std::string application = proof.application ? proof.application->str() : "";
    if (proof.issuer.str() != shown_field(entry, "caller.id")) return contradiction("is by somebody else than the caller");
    if (proof.seal.str() != shown_field(entry, "seal")) return contradiction("is for another seal");
    if (proof.request_id != shown_field(entry, "request_id")) return contradiction("is for another request");
    if (application != shown_field(entry, "application")) return contradiction("is for another application");
    if (proof.format != shown_field(entry, "format") || proof.purpose != shown_field(entry, "purpose")) return contradiction("is for another format or purpose");
    if (!lists(proof, shown_field(entry, "document.digest"))) return contradiction("does not list the document");
    return {};
}

}  // namespace

Result<std::optional<std::string>> check_recorded_proof(const boost::json::object& entry) {
    const boost::json::value value = entry;
    const std::string jws = shown_field(value, "proof.jws"), first = shown_field(value, "proof.entry");
    if (jws.empty()) {
        if (first.empty()) return std::optional<std::string>();
        return std::optional<std::string>("is in entry " + first + ", which has it for all documents of the request");
    }
    const auto key = PublicKey::from_pem(shown_field(value, "proof.key"));
    if (!key) return contradiction("names no public key: " + key.error().message);
    const auto token = decode_jws(jws);
    if (!token) return contradiction("is no JWS: " + token.error().message);
    if (auto good = verify_jws(*token, *key); !good) return contradiction("is not signed with the key that the entry names");
    const auto proof = decode_unverified_use_proof(*token);
    if (!proof) return contradiction("cannot be read: " + proof.error().message);
    if (auto same = compare(*proof, value); !same) return same.error();
    return std::optional<std::string>("good: signed by " + proof->issuer.str() + " at " + to_rfc3339(proof->issued_at) + " with key " + key->thumbprint() +
                                      ", and says what the entry says");
}

}  // namespace seald
