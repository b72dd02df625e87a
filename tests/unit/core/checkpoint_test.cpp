#include "core/checkpoint.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

// The example in the documentation of golang.org/x/mod/sumdb/note.
constexpr std::string_view kGoKey = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kGoNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

const std::string kOrigin = "seald.example.org";

NoteSigner signer(const std::string& name = kOrigin) {
    return NoteSigner::make(name, PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
}

Checkpoint sample() { return {.origin = kOrigin, .size = 42, .root = leaf_hash(as_bytes("x"))}; }

std::string signature_line(std::string_view name, std::string_view bytes) {
    return "\u2014 " + std::string(name) + " " + encode_base64(as_bytes(bytes)) + "\n";
}

std::string replaced(std::string text, std::string_view what, std::string_view with) {
    text.replace(text.find(what), what.size(), with);
    return text;
}

TEST(SignedNote, ANoteMadeByGoVerifies) {
    auto key = NoteVerifier::decode(kGoKey).value();
    auto note = SignedNote::decode(kGoNote).value();
    EXPECT_EQ(key.name(), "PeterNeumann");
    EXPECT_EQ(key.encode(), kGoKey);
    EXPECT_EQ(note.encode(), kGoNote);
    EXPECT_TRUE(key.verify(note));
}

TEST(SignedNote, AnyChangedByteIsRefused) {
    auto key = NoteVerifier::decode(kGoKey).value();
    for (std::size_t i = 0; i < kGoNote.size(); ++i) {
        std::string changed(kGoNote);
        changed[i] = static_cast<char>(changed[i] ^ 1);
        auto note = SignedNote::decode(changed);
        EXPECT_FALSE(note && key.verify(*note)) << i;
    }
}

TEST(SignedNote, TheLastBlankLineEndsTheText) {
    auto made = signer().sign("a\n\nb\n\n\nc\n");
    auto note = SignedNote::decode(made.encode()).value();
    EXPECT_EQ(note.text, "a\n\nb\n\n\nc\n");
    EXPECT_EQ(note.encode(), made.encode());
}

TEST(SignedNote, SixteenSignaturesAreAcceptedAndAHundredAndOneAreNot) {
    std::string note = "text\n\n";
    for (int i = 0; i < 100; ++i) note += signature_line("witness" + std::to_string(i), std::string(5000, 'x'));
    EXPECT_EQ(SignedNote::decode(note).value().signatures.size(), 100U);
    EXPECT_FALSE(SignedNote::decode(note + signature_line("one-too-many", "12345")));
}

TEST(SignedNote, TwoSignaturesOfOneKeyAreRefused) {
    std::string note = "text\n\n" + signature_line("w", "idididid1");
    EXPECT_FALSE(SignedNote::decode(note + signature_line("w", "idididid1")));
    EXPECT_FALSE(SignedNote::decode(note + signature_line("w", "idididid2")));
    EXPECT_TRUE(SignedNote::decode(note + signature_line("v", "idididid1")));
    EXPECT_TRUE(SignedNote::decode(note + signature_line("w", "idxxidid1")));
}

TEST(SignedNote, MalformedNotesAreRefused) {
    std::string good = signature_line("w", "12345");
    ASSERT_TRUE(SignedNote::decode("text\n\n" + good));
    const std::string bad[] = {"",
                               "\n",
                               "\n\n",
                               "text\n",
                               "text\n\n",
                               good,
                               "\n" + good,
                               "text\n" + good,
                               "text\n\n" + good.substr(0, good.size() - 1),  // no newline at the end
                               "text\n\n" + good + "\n",
                               "text\n\n" + good + "x\n",  // other lines among them
                               "text\n\n- w MTIzNDU=\n",
                               "text\n\n\u2014w MTIzNDU=\n",  // not em dash, space
                               "text\n\n\u2014  MTIzNDU=\n",
                               "text\n\n\u2014 MTIzNDU=\n",  // no name
                               "text\n\n\u2014 w  MTIzNDU=\n",
                               "text\n\n\u2014 w MTIzNDU= \n",  // blanks
                               "text\n\n\u2014 w+x MTIzNDU=\n",
                               "text\n\n\u2014 w\u00a0x MTIzNDU=\n",
                               "text\n\n\u2014 w MTIzNDU\n",
                               "text\n\n\u2014 w MTIzNDV=\n",             // not canonical base64
                               "text\n\n" + signature_line("w", "1234"),  // a key id alone
                               "text\n\n\u2014 w \n",
                               "te\txt\n\n" + good,
                               "te\rxt\n\n" + good,
                               "te\xffxt\n\n" + good,
                               std::string("te\0xt\n\n", 7) + good,
                               std::string(1024 * 1024, 'x') + "\n\n" + good};
    for (const std::string& note : bad) {
        auto refused = SignedNote::decode(note);
        ASSERT_FALSE(refused) << note.substr(0, 100);
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
}

TEST(NoteVerifier, AMalformedKeyIsRefused) {
    for (std::string_view key : {"", "+", "++", "name", "name+c74f20a3", "name+c74f20a3+", "PeterNeumann+c74f20a3",
                                 "PeterNeumann+C74F20A3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                 "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                 "PeterNeumanm+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                 "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                 "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
                                 "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW\n",
                                 "PeterNeumann+c74f20a3+Alpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                                 "+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"}) {
        EXPECT_FALSE(NoteVerifier::decode(key)) << key;
    }
}

TEST(NoteVerifier, ASignatureOfAnotherKeyIsIgnoredAndNotEnough) {
    NoteSigner ours = signer();
    NoteSigner stranger = signer();  // the same name
    SignedNote note = stranger.sign("text\n");
    auto refused = ours.verifier().verify(note);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
    note.signatures.push_back(ours.sign("text\n").signatures.front());
    EXPECT_TRUE(ours.verifier().verify(note));
}

TEST(NoteVerifier, AWrongSignatureUnderTheRightKeyIdIsRefused) {
    NoteSigner ours = signer();
    SignedNote note = ours.sign("text\n");
    note.text = "other\n";
    EXPECT_FALSE(ours.verifier().verify(note));
    note = ours.sign("text\n");
    note.signatures.front().signature.pop_back();
    EXPECT_FALSE(ours.verifier().verify(note));
}

TEST(NoteSigner, SignsWithEd25519AndAPlainNameOnly) {
    EXPECT_EQ(NoteSigner::make("n", PrivateKey::generate(KeyAlgorithm::ec_p256).value()).error().code,
              ErrorCode::unacceptable);
    for (const char* name : {"", "a b", "a+b", "a\nb", "a\u3000b", "a\xff", "a\tb"}) {
        auto refused = NoteSigner::make(name, PrivateKey::generate(KeyAlgorithm::ed25519).value());
        ASSERT_FALSE(refused) << name;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
}

TEST(NoteSigner, ItsVerifierKeySurvivesTheRoundTrip) {
    NoteSigner ours = signer();
    auto key = NoteVerifier::decode(ours.verifier().encode()).value();
    EXPECT_TRUE(key.verify(SignedNote::decode(ours.sign("text\n").encode()).value()));
}

TEST(NoteSigner, TextThatCouldNotBeReadBackIsABug) {
    EXPECT_THROW(signer().sign("no newline"), std::logic_error);
    EXPECT_THROW(signer().sign("a\tb\n"), std::logic_error);
}

TEST(Checkpoint, TextAndCheckpointAreInverse) {
    Checkpoint made = sample();
    EXPECT_EQ(made.to_text(), "seald.example.org\n42\n" + encode_base64(made.root) + "\n");
    auto read = Checkpoint::from_text(made.to_text()).value();
    EXPECT_EQ(read.origin, made.origin);
    EXPECT_EQ(read.size, made.size);
    EXPECT_EQ(read.root, made.root);
}

// The example of the tlog-checkpoint specification.
TEST(Checkpoint, TheSpecificationsExampleIsRead) {
    auto read =
        Checkpoint::from_text("example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n");
    EXPECT_EQ(read.value().size, 20852163U);
}

TEST(Checkpoint, ExtensionLinesAreIgnoredUnlessEmpty) {
    EXPECT_TRUE(Checkpoint::from_text(sample().to_text() + "extension one\ntwo\n"));
    EXPECT_FALSE(Checkpoint::from_text(sample().to_text() + "\n"));
    EXPECT_FALSE(Checkpoint::from_text(sample().to_text() + "one\n\ntwo\n"));
    EXPECT_FALSE(Checkpoint::from_text(sample().to_text() + "unfinished"));
}

TEST(Checkpoint, MalformedTextIsRefused) {
    std::string good = sample().to_text();
    for (const char* size : {"\n\n", "\n042\n", "\n+42\n", "\n-1\n", "\n42 \n", "\n 42\n", "\n0x2a\n", "\n4.2\n",
                             "\n4e1\n", "\n18446744073709551616\n", "\n00\n"}) {
        EXPECT_FALSE(Checkpoint::from_text(replaced(good, "\n42\n", size))) << size;
    }
    EXPECT_TRUE(Checkpoint::from_text(replaced(good, "\n42\n", "\n0\n")));
    EXPECT_TRUE(Checkpoint::from_text(replaced(good, "\n42\n", "\n18446744073709551615\n")));
    EXPECT_FALSE(Checkpoint::from_text(replaced(good, kOrigin, "")));
    EXPECT_FALSE(Checkpoint::from_text(kOrigin + "\n42\n" + encode_base64(Bytes(31)) + "\n"));
    EXPECT_FALSE(Checkpoint::from_text(kOrigin + "\n42\n" + encode_base64(Bytes(33)) + "\n"));
    EXPECT_FALSE(Checkpoint::from_text(kOrigin + "\n42\n\n"));
    EXPECT_FALSE(Checkpoint::from_text(kOrigin + "\n42\n"));
    EXPECT_FALSE(Checkpoint::from_text(good.substr(0, good.size() - 1)));
    EXPECT_FALSE(Checkpoint::from_text(""));
}

TEST(OpenCheckpoint, OneOfOursOpens) {
    NoteSigner ours = signer();
    auto opened = open_checkpoint(ours.sign(sample().to_text()).encode(), ours.verifier());
    EXPECT_EQ(opened.value().size, 42U);
}

TEST(OpenCheckpoint, OneOfAStrangerIsRefused) {
    auto refused = open_checkpoint(signer().sign(sample().to_text()).encode(), signer().verifier());
    EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
}

TEST(OpenCheckpoint, AnotherOriginIsRefusedEvenIfSigned) {
    NoteSigner ours = signer();
    Checkpoint other = sample();
    other.origin = "other.example.org";
    auto refused = open_checkpoint(ours.sign(other.to_text()).encode(), ours.verifier());
    EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
}

TEST(OpenCheckpoint, ASignedNoteThatIsNoCheckpointIsRefused) {
    NoteSigner ours = signer();
    EXPECT_EQ(open_checkpoint(ours.sign("hello\n").encode(), ours.verifier()).error().code, ErrorCode::malformed);
    EXPECT_EQ(open_checkpoint("hello", ours.verifier()).error().code, ErrorCode::malformed);
}

}  // namespace
}  // namespace seald
