#include "client/recorded_approval.hpp"

#include "client/answer_reader.hpp"
#include "core/approval.hpp"

namespace seald {
namespace {

Error contradiction(const std::string& what) { return verification_failed("the signed decision in this entry " + what); }

// What was signed is what was recorded.
Result<void> compare(const Approval& approval, const boost::json::value& entry) {
    if (approval.issuer.str() != shown_field(entry, "caller.id")) return contradiction("is by somebody else than the caller");
    if ((approval.application ? approval.application->str() : "") != shown_field(entry, "application")) return contradiction("is about another application");
    if (approval.seal.str() != shown_field(entry, "seal")) return contradiction("is for another seal");
    if (approval.step.str() != shown_field(entry, "step")) return contradiction("is of another step");
    if (to_string(approval.decision) != shown_field(entry, "decision")) return contradiction("decides otherwise");
    return {};
}

}  // namespace

Result<std::optional<std::string>> check_recorded_approval(const boost::json::object& entry) {
    const boost::json::value value = entry;
    const std::string jws = shown_field(value, "approval"), pem = shown_field(value, "approval_key");
    if (shown_field(value, "kind") != "decision" || jws.empty() || pem.empty()) return std::optional<std::string>();
    const auto key = PublicKey::from_pem(pem);
    if (!key) return contradiction("names no public key: " + key.error().message);
    const auto token = decode_jws(jws);
    if (!token) return contradiction("is no JWS: " + token.error().message);
    if (auto good = verify_jws(*token, *key); !good) return contradiction("is not signed with the key that the entry names");
    const auto approval = decode_unverified_approval(*token);
    if (!approval) return contradiction("cannot be read: " + approval.error().message);
    if (auto same = compare(*approval, value); !same) return same.error();
    return std::optional<std::string>("good: signed by " + approval->issuer.str() + " at " + to_rfc3339(approval->issued_at) + " with key " + key->thumbprint() +
                                      ", and says what the entry says");
}

}  // namespace seald
