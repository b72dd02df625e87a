// A sealed file with everything a verifier gets: signature, certificate, and a receipt from a small real ledger.
#pragma once
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <string>
#include <vector>

#include "client/document_verification.hpp"
#include "tests/unit/core/memory_tree.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald::testing {

inline const NoteSigner& ledger_signer() {
    static const PrivateKey key = PrivateKey::generate(KeyAlgorithm::ed25519).value();
    static const NoteSigner signer = NoteSigner::make("seald.example.org", PrivateKey::from_pem([] {
                                                                               TempFolder folder;
                                                                               key.save_pem(folder / "k").value();
                                                                               return folder.read("k");
                                                                           }())
                                                                               .value())
                                         .value();
    return signer;
}

struct MemoryLedger {
    std::vector<std::string> entries;
    MemoryTree tree;

    void append(std::string entry) {
        tree.append(entry);
        entries.push_back(std::move(entry));
    }
    Checkpoint checkpoint(std::uint64_t size) const {
        return Checkpoint{"seald.example.org", size, root_hash(size, tree.nodes(size)).value()};
    }
    std::string note(std::uint64_t size) const { return ledger_signer().sign(checkpoint(size).to_text()).encode(); }
    TlogProof proof(std::uint64_t index) const {
        const std::uint64_t size = entries.size();
        const auto raw = as_bytes(entries[index]);
        return TlogProof{index, inclusion_proof(index, size, tree.nodes(size)).value(), note(size),
                         Bytes(raw.begin(), raw.end())};
    }
};

inline const Timestamp sealing_time = SystemClock().now();

struct SealedDocument {
    TempFolder folder;
    std::string content = "供貨合同";
    Certificate certificate = certificate_for(KeyAlgorithm::ec_p256);
    Bytes cms;
    boost::json::object outcome;
    MemoryLedger ledger;

    SealedDocument() {
        folder.write("contract.pdf", content);
        const Digest digest = Digest::of(DigestAlgorithm::sha256, as_bytes(content));
        const auto cms_unsigned = UnsignedCms::over(digest, certificate, {}, SignatureScheme::ecdsa).value();
        const Bytes signature =
            sign_digest(test_key(KeyAlgorithm::ec_p256), cms_unsigned.digest_to_sign(), SignatureScheme::ecdsa);
        cms = cms_unsigned.with_signature(signature).value();
        outcome = {
            {"kind", "outcome"},
            {"time", to_rfc3339(sealing_time)},
            {"result", "signed"},
            {"intent", 1},
            {"caller", boost::json::object{{"id", "li.na"}}},
            {"seal", "contract"},
            {"seal_state", "in-force"},
            {"application", "A-2026-0001"},
            {"document",
             boost::json::object{{"alg", "sha256"}, {"digest", "sha256:" + digest.hex()}, {"name", "contract.pdf"}}},
            {"format", "cms"},
            {"signature_sha256", Digest::of(DigestAlgorithm::sha256, signature).hex()},
            {"certificate_sha256", certificate.fingerprint().hex()}};
    }

    // The receipt for `entry`, third of five in the ledger.
    std::string receipt(const boost::json::object& entry) {
        ledger = {};
        for (const char* before : {R"({"kind":"made"})", R"({"kind":"intent"})"}) ledger.append(before);
        ledger.append(boost::json::serialize(entry));
        for (const char* after : {R"({"kind":"refusal"})", R"({"kind":"suspended"})"}) ledger.append(after);
        return ledger.proof(2).encode();
    }
    VerificationInput input() {
        return {folder / "contract.pdf",    cms,         receipt(outcome), {certificate},
                ledger_signer().verifier(), sealing_time};
    }
};

}  // namespace seald::testing
