// Cosignatures in the database, and the checkpoints and receipts that carry them.
#include "daemon/store/cosignature_table.hpp"

#include "core/cosignature.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "temporary_state.hpp"

namespace seald::test {
namespace {

class Cosignatures : public testing::Test {
  protected:
    Cosignatures() : store_(state_.open()), database_(state_.connect(OpenMode::read_only)), db(*database_) {}
    void grow(int entries) {  // one checkpoint each
        for (int i = 0; i < entries; ++i) {
            WriteWork<std::uint64_t> work = [](Transaction& transaction) { return transaction.append(sample_entry(1)); };
            state_.write(*store_, work).value();
        }
    }
    void cosign(const Cosigner& witness, std::uint64_t size) {
        const auto note = list_checkpoints(db, size, 1).value().at(0).note;
        const auto line = encode_note_signature(witness.cosign(SignedNote::decode(note).value().text, noon));
        WriteWork<void> work = [&](Transaction& transaction) {
            return tables::add_cosignature(transaction.database(), {.witness = witness.witness().encode(), .size = size, .time = noon, .line = line});
        };
        state_.write<void>(*store_, work).value();
    }
    WitnessPolicy policy(std::size_t quorum) const { return WitnessPolicy::make({a_.witness(), b_.witness()}, quorum, state_.verifier()).value(); }
    static std::size_t count(const WitnessPolicy& policy, const std::string& note) { return policy.judge(SignedNote::decode(note).value()).by.size(); }
    tables::Witnessed witnessed(std::size_t quorum) {
        return tables::read_witnessed(db, {a_.witness().encode(), b_.witness().encode()}, quorum).value();
    }

    Cosigner a_ = Cosigner::make("w/a", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    Cosigner b_ = Cosigner::make("w/b", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    TemporaryState state_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Database> database_;
    Database& db;
};

TEST_F(Cosignatures, AReceiptIsUnderTheCheckpointThatMostWitnessesCosigned) {
    grow(10);
    cosign(a_, 4);
    cosign(b_, 4);
    cosign(a_, 8);
    const auto both = receipt_for(db, 3).value();
    EXPECT_EQ(count(policy(2), both.checkpoint), 2u);
    EXPECT_EQ(verify_receipt(both, state_.verifier()).value().checkpoint.size, 4u);
    const auto one = receipt_for(db, 4).value();
    EXPECT_EQ(count(policy(2), one.checkpoint), 1u);
    EXPECT_EQ(verify_receipt(one, state_.verifier()).value().checkpoint.size, 8u);
    const auto none = receipt_for(db, 8).value();
    EXPECT_EQ(count(policy(2), none.checkpoint), 0u);
    EXPECT_EQ(verify_receipt(none, state_.verifier()).value().checkpoint.size, 10u);
    EXPECT_EQ(witnessed_checkpoint(db, 0).value().size, 4u);
}

TEST_F(Cosignatures, ACosignatureIsKeptAsItWas) {
    grow(1);
    cosign(a_, 1);
    const auto first = tables::latest_cosignature(db, a_.witness().encode()).value().value();
    WriteWork<void> again = [&](Transaction& transaction) {
        return tables::add_cosignature(transaction.database(), {.witness = first.witness, .size = 1, .time = noon + seconds(1), .line = "another"});
    };
    state_.write<void>(*store_, again).value();
    EXPECT_EQ(tables::latest_cosignature(db, first.witness).value().value().line, first.line);
    WriteWork<void> change = [](Transaction& transaction) -> Result<void> {
        auto changed = transaction.database().change("UPDATE cosignature SET line = 'x'");
        return changed ? Result<void>() : changed.error();
    };
    EXPECT_FALSE(state_.write<void>(*store_, change));
}

TEST_F(Cosignatures, EntriesAreWitnessedWhenEnoughHaveSeenThem) {
    grow(10);
    EXPECT_EQ(witnessed(1).size, 0u);
    EXPECT_TRUE(witnessed(1).behind_since);
    cosign(a_, 10);
    cosign(b_, 6);
    EXPECT_EQ(witnessed(1).size, 10u);
    EXPECT_FALSE(witnessed(1).behind_since);
    EXPECT_EQ(witnessed(2).size, 6u) << "whoever saw ten saw these six";
    EXPECT_EQ(witnessed(2).behind_since, noon) << "the time of entry 6";
}

TEST_F(Cosignatures, AContradictionIsFoundAgainForItsWitnessOnly) {
    const std::string a = a_.witness().encode(), b = b_.witness().encode();
    WriteWork<void> work = [&](Transaction& transaction) {
        return tables::add_contradiction(transaction.database(), {.witness = a, .time = noon, .words = "has cosigned more"});
    };
    state_.write<void>(*store_, work).value();
    EXPECT_EQ(tables::find_contradiction(db, {b, a}).value().value().words, "has cosigned more");
    EXPECT_FALSE(tables::find_contradiction(db, {b}).value());
}

}  // namespace
}  // namespace seald::test
