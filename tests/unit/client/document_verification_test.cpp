#include "client/document_verification.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "sealed_document.hpp"

namespace seald {
namespace {

using testing::SealedDocument;

Outcome outcome_of(const Verification& verification, const std::string& name) {
    const auto found = std::find_if(verification.checks.begin(), verification.checks.end(),
                                    [&](const Check& check) { return check.name == name; });
    EXPECT_NE(found, verification.checks.end()) << "no check '" << name << "'\n" << describe(verification.checks);
    return found == verification.checks.end() ? Outcome::not_checked : found->outcome;
}

void expect_failed(const Verification& verification, const std::string& name) {
    EXPECT_EQ(outcome_of(verification, name), Outcome::failed) << describe(verification.checks);
    EXPECT_FALSE(verification.verified()) << describe(verification.checks);
}

TEST(VerifyDocument, AcceptsWhatWasSealedAndRecorded) {
    SealedDocument sealed;
    const auto verification = verify_document(sealed.input());
    for (const char* name : {"signature", "receipt", "record", "seal state", "certificate", "chain"}) {
        EXPECT_EQ(outcome_of(verification, name), Outcome::passed) << name;
    }
    EXPECT_TRUE(verification.verified()) << describe(verification.checks);
    EXPECT_EQ(verification.recorded->seal, "contract");
    EXPECT_EQ(verification.recorded->index, 2u);
}

TEST(VerifyDocument, RefusesAChangedFile) {
    SealedDocument sealed;
    sealed.folder.write("contract.pdf", sealed.content + " ");
    expect_failed(verify_document(sealed.input()), "signature");
}

TEST(VerifyDocument, RefusesGarbageForASignature) {
    SealedDocument sealed;
    sealed.cms = Bytes(100, 0x30);
    expect_failed(verify_document(sealed.input()), "signature");
}

TEST(VerifyDocument, RefusesACertificateOutsideTheTrustedOnes) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.trusted = {testing::certificate_for(KeyAlgorithm::ec_p384)};
    expect_failed(verify_document(input), "chain");
}

TEST(VerifyDocument, RefusesACertificateThatIsOverWhereNothingProvesTheTime) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.receipt.reset();
    input.now = sealed.certificate.not_after() + seconds(1);
    expect_failed(verify_document(input), "certificate");
}

TEST(VerifyDocument, AcceptsACertificateThatWasValidAtTheProvenTime) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.now = sealed.certificate.not_after() + seconds(1);
    EXPECT_TRUE(verify_document(input).verified());
}

TEST(VerifyDocument, RefusesARecordedTimeOutsideTheCertificatesValidity) {
    SealedDocument sealed;
    sealed.outcome["time"] = to_rfc3339(sealed.certificate.not_after() + seconds(1));
    expect_failed(verify_document(sealed.input()), "certificate");
}

TEST(VerifyDocument, RefusesAReceiptOfAnotherLedger) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.ledger_keys =
        NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value().verifier();
    expect_failed(verify_document(input), "receipt");
}

TEST(VerifyDocument, RefusesAReceiptWhoseEntryWasChanged) {
    SealedDocument sealed;
    auto input = sealed.input();
    auto proof = TlogProof::decode(*input.receipt).value();
    proof.extra.back() ^= 1;
    input.receipt = proof.encode();
    expect_failed(verify_document(input), "receipt");
}

TEST(VerifyDocument, RefusesAReceiptThatIsNotOne) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.receipt = "hello";
    expect_failed(verify_document(input), "receipt");
}

void expect_record_refused(const std::string& field, const boost::json::value& value) {
    SealedDocument sealed;
    sealed.outcome[field] = value;
    const auto verification = verify_document(sealed.input());
    expect_failed(verification, "record");
    EXPECT_FALSE(verification.recorded) << field;
}

TEST(VerifyDocument, RefusesARecordAboutSomethingElse) {
    const boost::json::string other(64, 'a');
    expect_record_refused("kind", "intent");
    expect_record_refused("result", "discarded");
    expect_record_refused("document", boost::json::object{{"digest", "sha256:" + std::string(other)}});
    expect_record_refused("signature_sha256", other);
    expect_record_refused("certificate_sha256", other);
    expect_record_refused("time", "yesterday");
}

TEST(VerifyDocument, RefusesASealThatWasNotInForce) {
    SealedDocument sealed;
    sealed.outcome["seal_state"] = "suspended";
    expect_failed(verify_document(sealed.input()), "seal state");
}

TEST(VerifyDocument, RefusesWhatNobodyTrustedStandsBehind) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.trusted.clear();
    input.ledger_keys.reset();
    const auto verification = verify_document(input);
    EXPECT_EQ(outcome_of(verification, "signature"), Outcome::passed);
    expect_failed(verification, "trust");
}

TEST(VerifyDocument, IsNotAnchoredByALedgerKeyWithoutAReceipt) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.trusted.clear();
    input.receipt.reset();
    expect_failed(verify_document(input), "trust");
}

TEST(VerifyDocument, AcceptsTheReceiptAloneAsAnchor) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.trusted.clear();
    EXPECT_TRUE(verify_document(input).verified());
}

TEST(VerifyDocument, AcceptsTheCertificateAloneAsAnchor) {
    SealedDocument sealed;
    auto input = sealed.input();
    input.receipt.reset();
    EXPECT_TRUE(verify_document(input).verified());
}

}  // namespace
}  // namespace seald
