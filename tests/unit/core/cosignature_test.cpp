#include "core/cosignature.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

// Made with python3-cryptography, whose Ed25519 key has the bytes 0 to 31:
//   kid = sha256(name + b"\n\x04" + public).digest()[:4]; vkey = name+hex(kid)+b64(b"\x04" + public)
//   line = "— " name b64(kid + struct.pack(">Q", 1679315147) + key.sign(b"cosignature/v1\ntime 1679315147\n" + text))
constexpr std::string_view kSecret =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n"
    "-----END PRIVATE KEY-----\n";
constexpr std::string_view kWitness = "witness.example.com/w1+a0059f11+BAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4";
constexpr std::string_view kText = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
constexpr std::string_view kLine =
    "\u2014 witness.example.com/w1 oAWfEQAAAABkGFDLBuRDazBLVac2NE+Y+IjbjQOcXLfF9CSDZVUIoS83rE1nFZsVE8YiWV6Ngr7lV8H6bdoBQGP/"
    "l73euDMQ9k+bBQ==";

PrivateKey new_key() { return PrivateKey::generate(KeyAlgorithm::ed25519).value(); }
Cosigner cosigner(const std::string& name) { return Cosigner::make(name, new_key()).value(); }
const Timestamp kNow = from_unix(1'795'000'000);

struct Ledger {
    NoteSigner signer = NoteSigner::make("example.com/behind-the-sofa", new_key()).value();
    SignedNote note = signer.sign(std::string(kText));
};

TEST(Cosignature, OneMadeElsewhereVerifiesAndTellsItsTime) {
    const auto witness = WitnessKey::decode(kWitness).value();
    EXPECT_EQ(witness.encode(), kWitness);
    const auto line = decode_note_signature(kLine).value();
    EXPECT_EQ(encode_note_signature(line), kLine);
    EXPECT_EQ(to_unix(witness.verify(kText, line).value()), 1679315147);
}

TEST(Cosignature, OursIsByteForByteTheOneMadeElsewhere) {
    const auto ours = Cosigner::make("witness.example.com/w1", PrivateKey::from_pem(kSecret).value()).value();
    EXPECT_EQ(ours.witness().encode(), kWitness);
    EXPECT_EQ(encode_note_signature(ours.cosign(kText, from_unix(1679315147))), kLine);
}

TEST(Cosignature, AnyChangedByteOfTimeSignatureOrTextIsRefused) {
    const auto witness = WitnessKey::decode(kWitness).value();
    const auto line = decode_note_signature(kLine).value();
    for (std::size_t i = 0; i < line.signature.size(); ++i) {
        auto changed = line;
        changed.signature[i] ^= 1;
        EXPECT_FALSE(witness.verify(kText, changed)) << i;
    }
    EXPECT_FALSE(witness.verify(std::string(kText) + "x\n", line));
    auto longer = line;
    longer.signature.push_back(0);
    EXPECT_FALSE(witness.verify(kText, longer));
    auto shorter = line;
    shorter.signature.resize(7);
    EXPECT_FALSE(witness.verify(kText, shorter));
}

TEST(Cosignature, ALedgersKeyAndAWitnesssAreNotTakenForEachOther) {
    const Ledger ledger;
    const auto not_a_witness = WitnessKey::decode(ledger.signer.verifier().encode());
    ASSERT_FALSE(not_a_witness);
    EXPECT_NE(not_a_witness.error().message.find("a ledger's"), std::string::npos) << not_a_witness.error().message;
    const auto not_a_ledger = NoteVerifier::decode(kWitness);
    ASSERT_FALSE(not_a_ledger);
    EXPECT_NE(not_a_ledger.error().message.find("a witness's"), std::string::npos) << not_a_ledger.error().message;
}

TEST(Cosignature, APlainSignatureWithTheWitnesssKeyIsNone) {
    const auto key = PrivateKey::from_pem(kSecret).value();
    const auto witness = WitnessKey::decode(kWitness).value();
    auto line = decode_note_signature(kLine).value();
    Bytes plain(line.signature.begin(), line.signature.begin() + 8);
    const Bytes signature = sign_with_ed25519(key, kText);
    plain.insert(plain.end(), signature.begin(), signature.end());
    line.signature = plain;
    EXPECT_FALSE(witness.verify(kText, line));
}

TEST(WitnessPolicy, CountsTheWitnessesThatCosignedAndNoOthers) {
    Ledger ledger;
    const auto a = cosigner("w/a"), b = cosigner("w/b"), stranger = cosigner("w/c");
    const auto policy = WitnessPolicy::make({a.witness(), b.witness()}, 2, ledger.signer.verifier()).value();
    EXPECT_FALSE(policy.judge(ledger.note).met);
    ledger.note.signatures.push_back(a.cosign(kText, kNow));
    ledger.note.signatures.push_back(stranger.cosign(kText, kNow));
    const auto one = policy.judge(ledger.note);
    EXPECT_FALSE(one.met);
    EXPECT_EQ(one.words(), "cosigned by w/a at " + to_rfc3339(kNow) + ": 1 of the 2 that are needed");
    ledger.note.signatures.push_back(b.cosign(kText, kNow));
    const auto read = SignedNote::decode(ledger.note.encode()).value();
    EXPECT_TRUE(policy.judge(read).met);
    EXPECT_TRUE(ledger.signer.verifier().verify(read));
}

TEST(WitnessPolicy, ACosignatureOfAnotherCheckpointDoesNotCountAndIsSaid) {
    Ledger ledger;
    const auto a = cosigner("w/a");
    const auto policy = WitnessPolicy::make({a.witness()}, 1, ledger.signer.verifier()).value();
    ledger.note.signatures.push_back(a.cosign("another\n1\n" + encode_base64(TreeHash{}) + "\n", kNow));
    const auto judged = policy.judge(ledger.note);
    EXPECT_FALSE(judged.met);
    EXPECT_NE(judged.words().find("the cosignature by w/a is wrong"), std::string::npos) << judged.words();
}

TEST(WitnessPolicy, OneKeyUnderTwoNamesIsRefused) {
    const Ledger ledger;
    const auto a = Cosigner::make("w/a", PrivateKey::from_pem(kSecret).value()).value();
    const auto b = Cosigner::make("w/b", PrivateKey::from_pem(kSecret).value()).value();
    const auto policy = WitnessPolicy::make({a.witness(), b.witness()}, 2, ledger.signer.verifier());
    ASSERT_FALSE(policy);
    EXPECT_NE(policy.error().message.find("it would count twice"), std::string::npos);
}

TEST(WitnessPolicy, TheLedgersOwnKeyIsNoWitness) {
    const auto signer = NoteSigner::make("ledger", PrivateKey::from_pem(kSecret).value()).value();
    const auto self = Cosigner::make("w/a", PrivateKey::from_pem(kSecret).value()).value();
    EXPECT_FALSE(WitnessPolicy::make({self.witness()}, 1, signer.verifier()));
}

TEST(WitnessPolicy, AQuorumIsFromOneToAllOfThem) {
    const Ledger ledger;
    const auto a = cosigner("w/a");
    EXPECT_FALSE(WitnessPolicy::make({a.witness()}, 0, ledger.signer.verifier()));
    EXPECT_TRUE(WitnessPolicy::make({a.witness()}, 1, ledger.signer.verifier()));
    EXPECT_FALSE(WitnessPolicy::make({a.witness()}, 2, ledger.signer.verifier()));
}

// Go's x/mod opens the note; the key and message of a cosignature are computed in Go as well (tests/support/tlogcheck).
TEST(Cosignature, GoAcceptsOursAndRefusesOneThatWasTamperedWith) {
    Ledger ledger;
    const testing::TempFolder folder;
    const auto a = cosigner("w/a"), b = cosigner("w/b");
    ledger.note.signatures.push_back(a.cosign(kText, kNow));
    ledger.note.signatures.push_back(b.cosign(kText, kNow));
    const std::string check = SEALD_BUILD_DIR "/tests/support/tlogcheck cosigned '" + a.witness().encode() + "' '" + b.witness().encode() + "' < ";
    const auto good = folder.run(check + folder.write("note", ledger.note.encode()).string());
    EXPECT_EQ(good.status, 0) << good.output;
    EXPECT_EQ(good.output, "w/a cosigned size 20852163 at 1795000000\nw/b cosigned size 20852163 at 1795000000\n");
    ledger.note.signatures.back().signature[3] ^= 1;
    EXPECT_NE(folder.run(check + folder.write("spoilt", ledger.note.encode()).string()).status, 0);
}

}  // namespace
}  // namespace seald
