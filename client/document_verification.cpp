#include "client/document_verification.hpp"

#include "client/answer_reader.hpp"
#include "client/pdf/source.hpp"
#include "client/user_files.hpp"
#include "core/json.hpp"

namespace seald {
namespace {

struct SignatureFound {
    CmsSignature signature;
    Digest document;
};

Result<Digest> digest_of(const VerificationInput& input, DigestAlgorithm algorithm) {
    if (!input.hole) return Digest::of_file(algorithm, input.file);
    const auto content = read_file(input.file, pdf::max_bytes);
    if (!content) return content.error();
    return pdf::covered_digest(*content, *input.hole, algorithm);
}

Result<SignatureFound> check_signature(const VerificationInput& input) {
    const auto algorithm = cms_digest_algorithm(input.cms);
    if (!algorithm) return algorithm.error();
    const auto document = digest_of(input, *algorithm);
    if (!document) return document.error();
    auto signature = verify_cms(input.cms, *document);
    if (!signature) return signature.error();
    return SignatureFound{std::move(*signature), *document};
}

Result<VerifiedEntry> open_receipt(const std::string& text, const LedgerKeys& keys) {
    const auto proof = TlogProof::decode(text);
    if (!proof) return proof.error();
    return keys.verify(*proof);
}

// Empty when the entry is about exactly this; otherwise what differs.
std::string difference(const RecordedSealing& recorded, const SignatureFound& found) {
    const std::string document = std::string(to_string(found.document.algorithm())) + ":" + found.document.hex();
    if (recorded.result != "signed") return "the recorded result is '" + recorded.result + "', not 'signed'";
    if (recorded.document != document) return "the receipt is for another document: " + recorded.document;
    if (recorded.signature_sha256 != found.signature.signature_digest.hex())
        return "the receipt is for another signature";
    if (recorded.certificate_sha256 != found.signature.signer.fingerprint().hex())
        return "the receipt names another certificate";
    return {};
}

void add_receipt_checks(Verification& verification, const VerificationInput& input,
                        const std::optional<SignatureFound>& found) {
    auto& checks = verification.checks;
    if (!input.receipt) {
        checks.push_back({"receipt", Outcome::not_checked, "there is none, so nothing proves when it was sealed"});
        return;
    }
    if (!input.ledger_keys) {
        checks.push_back({"receipt", Outcome::not_checked, "no ledger key is known; give --ledger-key"});
        return;
    }
    const auto entry = open_receipt(*input.receipt, *input.ledger_keys);
    if (!entry) {
        checks.push_back({"receipt", Outcome::failed, entry.error().message});
        return;
    }
    checks.push_back({"receipt", Outcome::passed,
                      "entry " + std::to_string(entry->index) + " of " + entry->checkpoint.origin +
                          "'s ledger, in a checkpoint of " + std::to_string(entry->checkpoint.size) + " entries"});
    if (input.ledger_keys->is_former(entry->checkpoint.size))
        checks.push_back({"receipt's key", Outcome::not_checked,
                          "a former one of the ledger: if it was stolen, the thief can make such receipts; one by the present key: sealctl ledger prove " +
                              std::to_string(entry->index)});
    auto recorded = decode_recorded_sealing(*entry);
    if (!recorded || !found) {
        checks.push_back({"record", Outcome::failed,
                          recorded ? "there is no good signature it could be about" : recorded.error().message});
        return;
    }
    if (const std::string problem = difference(*recorded, *found); !problem.empty()) {
        checks.push_back({"record", Outcome::failed, problem});
        return;
    }
    checks.push_back({"record", Outcome::passed,
                      "sealed at " + to_rfc3339(recorded->time) + " with seal " + recorded->seal +
                          (recorded->person.empty() ? "" : " for " + recorded->person)});
    const bool in_force = recorded->seal_state == "in-force";
    checks.push_back(
        {"seal state", in_force ? Outcome::passed : Outcome::failed, "the seal was " + recorded->seal_state + " then"});
    verification.recorded = std::move(*recorded);
    verification.anchored = true;
}

void add_certificate_checks(Verification& verification, const VerificationInput& input, const CmsSignature& signature) {
    auto& checks = verification.checks;
    // Only a receipt proves a time; without one, the certificate has to be good today.
    const Timestamp when = verification.recorded ? verification.recorded->time : input.now;
    const std::string at = verification.recorded ? "at the recorded time" : "now";
    const Certificate& signer = signature.signer;
    const std::string validity = to_rfc3339(signer.not_before()) + " to " + to_rfc3339(signer.not_after());
    if (!signer.allows_signing()) {
        checks.push_back({"certificate", Outcome::failed, "its keyUsage does not allow signing"});
    } else if (!signer.valid_at(when)) {
        checks.push_back({"certificate", Outcome::failed, "not valid " + at + ": " + validity});
    } else {
        checks.push_back({"certificate", Outcome::passed, signer.subject() + ", valid " + at + " (" + validity + ")"});
    }
    if (input.trusted.empty()) {
        checks.push_back({"chain", Outcome::not_checked, "no certificate to trust was given (--trust)"});
        return;
    }
    const auto chain = verify_chain(signer, signature.certificates, input.trusted, when);
    if (!chain) {
        checks.push_back({"chain", Outcome::failed, chain.error().message});
        return;
    }
    checks.push_back({"chain", Outcome::passed, "leads to a trusted certificate, " + at});
    verification.anchored = true;
}

}  // namespace

Result<RecordedSealing> decode_recorded_sealing(const VerifiedEntry& entry) {
    const auto object = parse_json_object(entry.entry);
    if (!object) return object.error();
    const boost::json::value value(*object);
    if (const std::string kind = shown_field(value, "kind"); kind != "outcome") {
        return malformed("the receipt's entry is of kind '" + kind + "', not 'outcome'");
    }
    const auto time = decode_rfc3339(shown_field(value, "time"));
    if (!time) return time.error();
    return RecordedSealing{.index = entry.index,
                           .time = *time,
                           .result = shown_field(value, "result"),
                           .seal = shown_field(value, "seal"),
                           .seal_state = shown_field(value, "seal_state"),
                           .application = shown_field(value, "application"),
                           .person = shown_field(value, "caller.id"),
                           .document = shown_field(value, "document.digest"),
                           .signature_sha256 = shown_field(value, "signature_sha256"),
                           .certificate_sha256 = shown_field(value, "certificate_sha256")};
}

Verification verify_document(const VerificationInput& input) {
    Verification verification;
    auto found = check_signature(input);
    std::optional<SignatureFound> good;
    if (found) {
        verification.signer = found->signature.signer;
        verification.checks.push_back(
            {"signature", Outcome::passed,
             "over exactly this file (" + std::string(to_string(found->document.algorithm())) + ")"});
        good = std::move(*found);
    } else {
        verification.checks.push_back({"signature", Outcome::failed, found.error().message});
    }
    add_receipt_checks(verification, input, good);
    if (good) add_certificate_checks(verification, input, good->signature);
    if (!verification.anchored && !any_failed(verification.checks)) {
        verification.checks.push_back(
            {"trust", Outcome::failed,
             "nothing that you trust stands behind it; give --trust, or --ledger-key with a receipt"});
    }
    return verification;
}

}  // namespace seald
