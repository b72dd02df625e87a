#include "daemon/policy/proof_check.hpp"

#include <algorithm>

namespace seald {

namespace {

Error no_key(const Caller& caller) {
    return refusal("proof-key-unknown", "no key is enrolled for " + caller.id().str() + " that could prove the request",
                   {"an administrator who enrols the approval_key of " + caller.id().str()});
}

Result<void> check_signature(const UnverifiedJws& jws, const PublicKey& key) {
    if (!jws.kid.empty() && jws.kid != key.thumbprint())
        return refusal("proof-signature", "the proof names another key than the one enrolled for the caller");
    if (!verify_jws(jws, key)) return refusal("proof-signature", "the proof is not signed with the key enrolled for the caller");
    return {};
}

Error other_request(const std::string& what) {
    return refusal("proof-request", "the proof says another " + what + " than the request: the caller signs what he asks for");
}

Result<void> check_grounds(const UseProof& proof, const SealRequest& request) {
    if (proof.application != request.application) return other_request("application");
    const auto same = [](const Digest& listed, const std::string& token) { return listed == Digest::of(DigestAlgorithm::sha256, as_bytes(token)); };
    if (!std::ranges::equal(proof.approvals, request.approvals, same)) return other_request("list of approvals");
    return {};
}

Result<void> check_binding(const UseProof& proof, const Caller& caller, const SealRequest& request, const Policy& policy) {
    if (proof.issuer != caller.id()) return refusal("proof-caller", "the proof is by " + proof.issuer.str() + ", not by the caller " + caller.id().str());
    if (proof.audience != policy.daemon_id) return refusal("proof-audience", "the proof is for another daemon than " + policy.daemon_id);
    if (proof.seal != request.seal) return refusal("proof-seal", "the proof is for seal " + proof.seal.str() + ", not " + request.seal.str());
    if (proof.request_id != request.request_id) return other_request("request_id");
    if (auto same = check_grounds(proof, request); !same) return same.error();
    if (proof.format != to_string(request.format)) return other_request("format");
    if (proof.purpose != request.purpose) return other_request("purpose");
    const auto same = [](const ApprovedDocument& listed, const Document& asked) { return listed.digest == asked.digest && listed.name == asked.name; };
    if (!std::ranges::equal(proof.documents, request.documents, same))
        return refusal("proof-documents", "the proof lists other documents than the request: the same digests and names, in the same order");
    return {};
}

Result<void> check_time(const UseProof& proof, Timestamp now) {
    const Timestamp begin = std::max(proof.issued_at, proof.not_before);
    if (now + clock_difference < begin)
        return refusal("proof-not-yet-valid", "the proof is valid only from " + to_rfc3339(begin) + ": the caller's clock is ahead, set it right");
    if (now >= proof.expires_at) return refusal("proof-expired", "the proof expired at " + to_rfc3339(proof.expires_at) + ": sign a new one");
    if (proof.expires_at > proof.issued_at + longest_proof)
        return refusal("proof-too-long", "the proof is valid for longer than " + to_string(longest_proof) + ": it is for this one request");
    return {};
}

}  // namespace

const PublicKey* find_key(const Caller& caller, const Policy& policy) {
    const std::optional<PublicKey>* key = nullptr;
    if (caller.kind() == Caller::Kind::person) {
        if (const Person* person = policy.find_person(caller.id())) key = &person->approval_key;
    } else if (const auto client = policy.application_clients.find(caller.id()); client != policy.application_clients.end()) {
        key = &client->second.approval_key;
    }
    return key == nullptr || !*key ? nullptr : &**key;
}

std::optional<Error> proof_objection(const Caller& caller, const SealPolicy& rules, const Policy& policy) {
    if (!rules.prove_with_key || find_key(caller, policy) != nullptr) return std::nullopt;
    return no_key(caller);
}

Result<std::optional<CheckedProof>> check_proof(const Caller& caller, const SealRequest& request, const SealPolicy& rules, const Policy& policy, Timestamp now) {
    if (!request.proof && !rules.prove_with_key) return std::optional<CheckedProof>();
    const PublicKey* key = find_key(caller, policy);
    if (key == nullptr) return no_key(caller);
    if (!request.proof)
        return refusal("proof-missing", "whoever uses this seal proves it with his own key",
                       {"a proof by the key of " + caller.id().str() + ": sealctl sign --key, or the field \"proof\""});
    const auto token = decode_jws(*request.proof);
    if (!token) return token.error();
    if (token->typ != use_proof_typ) return refusal("proof-type", "the proof's typ must be " + std::string(use_proof_typ));
    if (auto good = check_signature(*token, *key); !good) return good.error();
    const auto proof = decode_unverified_use_proof(*token);
    if (!proof) return proof.error();
    if (auto bound = check_binding(*proof, caller, request, policy); !bound) return bound.error();
    if (auto in_time = check_time(*proof, now); !in_time) return in_time.error();
    return std::optional<CheckedProof>(CheckedProof{proof->id, *request.proof, *key, proof->expires_at});
}

}  // namespace seald
