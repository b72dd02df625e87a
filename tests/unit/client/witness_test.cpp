// The witness's decisions, without sockets: requests in the words of C2SP tlog-witness.
#include "client/witness.hpp"

#include <gtest/gtest.h>

#include "client/witness_server.hpp"
#include "core/add_checkpoint.hpp"
#include "tests/unit/core/memory_tree.hpp"
#include "tests/unit/core/outside_tools.hpp"

namespace seald {
namespace {

const Timestamp now = from_unix(1'795'000'000);

class WitnessTest : public ::testing::Test {
  protected:
    WitnessTest() {
        for (int i = 0; i < 100; ++i) tree_.append("entry " + std::to_string(i));
        for (int i = 0; i < 100; ++i) forked_.append(i < 5 ? "entry " + std::to_string(i) : "other " + std::to_string(i));
        open();
    }
    void open(bool begin = false) {
        witness_.reset();
        auto records = WitnessRecords::open(folder_ / "state", {signer_.verifier()}, begin);
        if (records) witness_.emplace(Cosigner::make("w/1", PrivateKey::from_pem(secret_).value()).value(), std::move(*records));
        problem_ = records ? "" : records.error().message;
    }
    Checkpoint at(std::uint64_t size, const MemoryTree& tree) const {
        return {.origin = signer_.verifier().name(), .size = size, .root = root_hash(size, tree.nodes(size)).value()};
    }
    std::string note(std::uint64_t size, const MemoryTree& tree) const { return signer_.sign(at(size, tree).to_text()).encode(); }
    static std::vector<TreeHash> growth(std::uint64_t from, std::uint64_t to, const MemoryTree& tree) {
        return from == 0 || from >= to ? std::vector<TreeHash>() : consistency_proof(from, to, tree.nodes(to)).value();
    }
    WitnessAnswer ask(std::uint64_t from, std::uint64_t to, const MemoryTree& tree) {
        return witness_->add_checkpoint(AddCheckpoint{from, growth(from, to, tree), note(to, tree)}.encode(), now);
    }
    bool cosigned(const WitnessAnswer& answer, std::uint64_t size) const {
        const auto signature = decode_note_signature(answer.body.substr(0, answer.body.size() - 1));
        return answer.status == 200 && signature && witness_->key().verify(at(size, tree_).to_text(), *signature).value() == now;
    }

    testing::TempFolder folder_;
    MemoryTree tree_, forked_;  // the same for five entries
    NoteSigner signer_ = NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    std::string secret_ = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f\n-----END PRIVATE KEY-----\n";
    std::optional<Witness> witness_;
    std::string problem_;
};

TEST_F(WitnessTest, CosignsALedgerThatGrows) {
    EXPECT_TRUE(cosigned(ask(0, 3, tree_), 3));
    EXPECT_TRUE(cosigned(ask(3, 64, tree_), 64));
    EXPECT_TRUE(cosigned(ask(64, 64, tree_), 64)) << "the same again, at a later time";
    EXPECT_TRUE(cosigned(ask(64, 100, tree_), 100));
}

TEST_F(WitnessTest, TellsWhatItCosignedWhenAskedFromAnotherSize) {
    ASSERT_EQ(ask(0, 50, tree_).status, 200);
    for (std::uint64_t from : {0U, 20U, 60U}) {
        const auto answer = ask(from, 80, tree_);
        EXPECT_EQ(answer.status, 409);
        EXPECT_EQ(answer.body, "50\n");
        EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    }
    EXPECT_EQ(ask(20, 20, tree_).status, 409) << "an older size is never cosigned again";
    EXPECT_FALSE(ask(20, 20, tree_).log.empty());
}

TEST_F(WitnessTest, NeverCosignsAFork) {
    ASSERT_EQ(ask(0, 50, tree_).status, 200);
    EXPECT_EQ(ask(50, 60, forked_).status, 422);
    EXPECT_EQ(witness_->add_checkpoint(AddCheckpoint{50, {}, note(60, forked_)}.encode(), now).status, 422);
    const auto same_size = ask(50, 50, forked_);
    EXPECT_EQ(same_size.status, 409);
    EXPECT_NE(same_size.log.find("FORKED"), std::string::npos);
    EXPECT_TRUE(cosigned(ask(50, 60, tree_), 60)) << "and goes on with the one it knows";
}

TEST_F(WitnessTest, RefusesStrangersAndNonsense) {
    const auto stranger = NoteSigner::make("seald.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    const std::string text = at(3, tree_).to_text();
    EXPECT_EQ(witness_->add_checkpoint(AddCheckpoint{0, {}, stranger.sign(text).encode()}.encode(), now).status, 403);
    const auto unknown = NoteSigner::make("other.example.org", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    EXPECT_EQ(witness_->add_checkpoint(AddCheckpoint{0, {}, unknown.sign("other.example.org" + text.substr(text.find('\n'))).encode()}.encode(), now).status, 404);
    EXPECT_EQ(ask(4, 3, tree_).status, 400);
    const std::string good = note(3, tree_), hash = encode_base64(leaf_hash(as_bytes("x"))) + "\n";
    std::string long_proof = "old 0\n";
    for (int i = 0; i < 64; ++i) long_proof += hash;
    for (const std::string& bad : std::vector<std::string>{"", "old 0", "old 0\n", "old 0\n\n", "old 00\n\n" + good, "old -1\n\n" + good, "old  0\n\n" + good, "size 0\n\n" + good,
                                                          "old 0\n" + good, "old 0\nxyz\n\n" + good, long_proof + "\n" + good, "old 0\n\nnot a note\n"})
        EXPECT_EQ(witness_->add_checkpoint(bad, now).status, 400) << bad;
    EXPECT_EQ(witness_->add_checkpoint("old 0\n" + hash + "\n" + good, now).status, 422) << "a first checkpoint has no proof";
    EXPECT_TRUE(cosigned(ask(0, 3, tree_), 3)) << "nothing of this was taken for a ledger";
}

TEST_F(WitnessTest, RemembersOverARestart) {
    ASSERT_EQ(ask(0, 50, tree_).status, 200);
    open();
    ASSERT_TRUE(witness_) << problem_;
    EXPECT_EQ(ask(0, 60, forked_).body, "50\n");
    EXPECT_EQ(ask(50, 60, forked_).status, 422);
    EXPECT_TRUE(cosigned(ask(50, 60, tree_), 60));
}

TEST_F(WitnessTest, TakesNoMissingRecordForANewLedger) {
    ASSERT_EQ(ask(0, 50, tree_).status, 200);
    witness_.reset();
    ASSERT_EQ(folder_.run("rm state/*.checkpoint").status, 0);
    open();
    EXPECT_NE(problem_.find("--begin"), std::string::npos) << problem_;
    open(true);
    EXPECT_TRUE(witness_) << problem_;
}

TEST_F(WitnessTest, TakesNoOtherCheckpointForItsRecord) {
    ASSERT_EQ(ask(0, 50, tree_).status, 200);
    witness_.reset();
    ASSERT_EQ(folder_.run("for f in state/*.checkpoint; do sed -i s/50/40/ $f; done").status, 0);
    open();
    EXPECT_NE(problem_.find("is not a checkpoint of this ledger's key"), std::string::npos) << problem_;
}

TEST_F(WitnessTest, IsTheOnlyOneOnItsRecords) {
    const auto second = WitnessRecords::open(folder_ / "state", {signer_.verifier()}, false);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().rule, "witness-running");
}

TEST_F(WitnessTest, CosignsNothingThatItCannotRecord) {
    ASSERT_EQ(ask(0, 50, tree_).status, 200);
    ASSERT_EQ(folder_.run("mv state gone").status, 0);
    const auto answer = ask(50, 60, tree_);
    EXPECT_EQ(answer.status, 500);
    EXPECT_EQ(answer.body.find("\u2014"), std::string::npos);
    ASSERT_EQ(folder_.run("mv gone state").status, 0);
    EXPECT_TRUE(cosigned(ask(50, 60, tree_), 60));
}

TEST(WitnessAddress, IsAnIpAddressAndAPort) {
    EXPECT_EQ(WitnessAddress::decode("127.0.0.1:7450").value().port, 7450);
    EXPECT_EQ(WitnessAddress::decode("[::1]:0").value().host, "::1");
    for (const char* bad : {"", "7450", "localhost:7450", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:7450", "[127.0.0.1]:1"})
        EXPECT_FALSE(WitnessAddress::decode(bad)) << bad;
}

}  // namespace
}  // namespace seald
