#include "core/receipt.hpp"

#include <gtest/gtest.h>

#include "tests/unit/core/memory_tree.hpp"

namespace seald {
namespace {

class ReceiptTest : public testing::Test {
  protected:
    static constexpr std::uint64_t kSize = 11;

    ReceiptTest() {
        for (std::uint64_t i = 0; i < kSize; ++i) tree_.append(entry(i));
    }
    static std::string entry(std::uint64_t i) { return "{\"n\":" + std::to_string(i) + "}"; }

    TlogProof receipt(std::uint64_t index) const {
        auto nodes = tree_.nodes(kSize);
        Checkpoint checkpoint{.origin = "l.example", .size = kSize, .root = root_hash(kSize, nodes).value()};
        std::string extra = entry(index);
        return {.index = index,
                .path = inclusion_proof(index, kSize, nodes).value(),
                .checkpoint = signer_.sign(checkpoint.to_text()).encode(),
                .extra = Bytes(extra.begin(), extra.end())};
    }
    ErrorCode refusal_of(const TlogProof& proof) const {
        auto verified = verify_receipt(proof, signer_.verifier());
        EXPECT_FALSE(verified);
        return verified.error().code;
    }

    NoteSigner signer_ = NoteSigner::make("l.example", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    MemoryTree tree_;
};

std::string without_line(const std::string& text, std::string_view start) {
    std::size_t at = text.find(start);
    return text.substr(0, at) + text.substr(text.find('\n', at) + 1);
}

std::string with_line(const std::string& text, std::string_view start, const std::string& line) {
    std::size_t at = text.find(start);
    return text.substr(0, at) + line + text.substr(text.find('\n', at));
}

TEST_F(ReceiptTest, EveryEntrysReceiptVerifiesAfterTheRoundTrip) {
    for (std::uint64_t i = 0; i < kSize; ++i) {
        std::string text = receipt(i).encode();
        auto read = TlogProof::decode(text).value();
        EXPECT_EQ(read.encode(), text);
        auto verified = verify_receipt(read, signer_.verifier()).value();
        EXPECT_EQ(verified.index, i);
        EXPECT_EQ(verified.entry, entry(i));
        EXPECT_EQ(verified.checkpoint.size, kSize);
    }
}

TEST_F(ReceiptTest, IsWrittenAsTheSpecificationSays) {
    TlogProof proof = receipt(7);
    std::string path;
    for (const TreeHash& hash : proof.path) path += encode_base64(hash) + "\n";
    EXPECT_EQ(proof.encode(), "c2sp.org/tlog-proof@v1\nextra eyJuIjo3fQ==\nindex 7\n" + path + "\n" + proof.checkpoint);
    proof.extra.clear();
    EXPECT_EQ(proof.encode(), "c2sp.org/tlog-proof@v1\nindex 7\n" + path + "\n" + proof.checkpoint);
    EXPECT_TRUE(TlogProof::decode(proof.encode()));
}

TEST_F(ReceiptTest, AnEmptyPathIsAPathOfATreeOfOne) {
    auto nodes = tree_.nodes(1);
    Checkpoint one{.origin = "l.example", .size = 1, .root = root_hash(1, nodes).value()};
    TlogProof proof = receipt(0);
    proof.path.clear();
    proof.checkpoint = signer_.sign(one.to_text()).encode();
    EXPECT_TRUE(verify_receipt(TlogProof::decode(proof.encode()).value(), signer_.verifier()));
}

TEST_F(ReceiptTest, AnotherEntryIndexPathOrCheckpointIsRefused) {
    TlogProof good = receipt(3);
    TlogProof bad = good;
    bad.extra.back() ^= 1;
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
    bad = good;
    bad.index = 4;
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
    bad = good;
    bad.index = kSize;
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
    bad = good;
    bad.path.front()[0] ^= 1;
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
    bad = good;
    bad.path.pop_back();
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
    bad = good;
    bad.checkpoint.replace(bad.checkpoint.find("11"), 2, "12");
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
    bad.checkpoint = "nonsense";
    EXPECT_EQ(refusal_of(bad), ErrorCode::verification_failed);
}

// Even where the hashes fit: an empty entry was never recorded, so its receipt is one whose extra line was taken away.
TEST_F(ReceiptTest, WithoutAnEntryItProvesNothing) {
    TlogProof proof = receipt(3);
    proof.extra.clear();
    EXPECT_EQ(refusal_of(proof), ErrorCode::verification_failed);
    Checkpoint of_nothing{.origin = "l.example", .size = 1, .root = leaf_hash({})};
    proof = TlogProof{};
    proof.checkpoint = signer_.sign(of_nothing.to_text()).encode();
    EXPECT_EQ(refusal_of(proof), ErrorCode::verification_failed);
}

TEST_F(ReceiptTest, AStrangersReceiptIsRefused) {
    auto stranger = NoteSigner::make("l.example", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    EXPECT_EQ(verify_receipt(receipt(3), stranger.verifier()).error().code, ErrorCode::verification_failed);
}

TEST_F(ReceiptTest, AnyChangedByteIsRefused) {
    std::string good = receipt(5).encode();
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string changed = good;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        auto read = TlogProof::decode(changed);
        EXPECT_FALSE(read && verify_receipt(*read, signer_.verifier())) << i;
    }
}

TEST_F(ReceiptTest, MalformedTextIsRefused) {
    std::string good = receipt(5).encode();
    std::string hash = encode_base64(receipt(5).path.front());
    const std::string bad[] = {"",
                               "\n",
                               "c2sp.org/tlog-proof@v1",
                               "c2sp.org/tlog-proof@v1\n",
                               "c2sp.org/tlog-proof@v1\nextra ",
                               without_line(good, "c2sp.org"),
                               with_line(good, "c2sp.org", "c2sp.org/tlog-proof@v2"),
                               with_line(good, "c2sp.org", "c2sp.org/tlog-proof@v1\r"),
                               with_line(good, "extra", "extra "),
                               with_line(good, "extra", "extra"),
                               with_line(good, "extra", "Extra eyJ9"),
                               with_line(good, "extra", "extra eyJ9\nextra eyJ9"),
                               with_line(good, "extra", "extra eyJ"),
                               with_line(good, "extra", "extra  eyJ9"),
                               without_line(good, "index"),
                               with_line(good, "index", "index "),
                               with_line(good, "index", "index 05"),
                               with_line(good, "index", "index -5"),
                               with_line(good, "index", "index +5"),
                               with_line(good, "index", "index 5 "),
                               with_line(good, "index", "index 18446744073709551616"),
                               with_line(good, "index", "index\t5"),
                               with_line(good, "index", "index 5\nindex 5"),
                               with_line(good, hash, hash + " "),
                               with_line(good, hash, hash.substr(4)),
                               with_line(good, hash, "AAAA" + hash),
                               good.substr(0, good.find("\n\n") + 1),
                               good.substr(0, good.find("\n\n") + 2),
                               good.substr(0, good.size() - 1),
                               good + "x",
                               std::string(5 * 1024 * 1024, 'x')};
    for (const std::string& text : bad) {
        auto refused = TlogProof::decode(text);
        ASSERT_FALSE(refused) << text.substr(0, 500);
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
}

TEST_F(ReceiptTest, APathLongerThanAnyTreeIsRefused) {
    TlogProof proof = receipt(5);
    proof.path.assign(64, TreeHash{});
    EXPECT_TRUE(TlogProof::decode(proof.encode()));
    proof.path.assign(65, TreeHash{});
    EXPECT_FALSE(TlogProof::decode(proof.encode()));
}

}  // namespace
}  // namespace seald
