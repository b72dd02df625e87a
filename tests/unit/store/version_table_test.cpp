// The versions of a seal as rows: which key is in use when, and that none comes back.
#include "daemon/store/version_table.hpp"

#include "daemon/store/seal_table.hpp"
#include "daemon/store/token_table.hpp"
#include "tests/unit/model/real_seal.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

using namespace std::chrono_literals;

class VersionTable : public testing::Test {
  protected:
    VersionTable() : database_(state_.connect()) { tables::insert_seal(*database_, seal_).value(); }
    SealVersion version(unsigned number) const {
        return {.seal = seal_.name,
                .number = number,
                .place = {seal_.token, seal_.token_serial, Bytes{static_cast<std::uint8_t>(number), 9}},
                .public_key = other_key_.public_key(),
                .certificates = {*seal_.certificate},
                .key_attributes = R"({"local":true})",
                .reason = "a stronger key",
                .by = seal_.custodian,
                .since = seal_.made_at};
    }
    Seal found() { return tables::find_seal(*database_, seal_.name).value().value(); }
    void cut_over(unsigned number, Timestamp when) {
        tables::insert_version(*database_, version(number)).value();
        tables::cut_over(*database_, found(), version(number), seal_.custodian, when).value();
    }
    TemporaryState state_;
    const PrivateKey other_key_ = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    std::unique_ptr<Database> database_;
    const Seal seal_ = [] {
        Seal seal = real_seal();
        seal.version_from = seal.made_at;
        return seal;
    }();
};

TEST_F(VersionTable, TheKeyInUseAndTheOneThatWaitsChangePlaces) {
    const auto planned = PlannedCutOver{.at = seal_.made_at + 1h, .by = seal_.custodian, .problem = "locked"};
    auto waiting = version(2);
    waiting.planned = planned;
    tables::insert_version(*database_, waiting).value();
    EXPECT_EQ(tables::find_waiting_version(*database_, seal_.name).value()->planned->problem, "locked");
    EXPECT_EQ(found().key_id, seal_.key_id);
    tables::cut_over(*database_, seal_, waiting, seal_.custodian, seal_.made_at + 2h).value();
    const auto now = found();
    EXPECT_EQ(now.version, 2u);
    EXPECT_EQ(now.key_id, waiting.place.key_id);
    EXPECT_EQ(now.epoch, seal_.epoch) << "a cut-over stops nothing";
    EXPECT_EQ(now.key_attributes, waiting.key_attributes);
    const auto others = tables::list_versions(*database_, seal_.name).value();
    ASSERT_EQ(others.size(), 1u);
    EXPECT_EQ(others[0].state, VersionState::replaced);
    EXPECT_EQ(others[0].place.key_id, seal_.key_id);
    EXPECT_EQ(others[0].used_from, seal_.made_at);
    EXPECT_EQ(tables::find_seal_with_version(*database_, seal_.name, 1).value()->key_id, seal_.key_id);
}

TEST_F(VersionTable, KnowsWhichVersionWasInUseAtAnyTime) {
    cut_over(2, seal_.made_at + 1h);
    cut_over(3, seal_.made_at + 2h);
    const auto at = [&](Timestamp when) { return tables::find_version_at(*database_, seal_.name, when).value(); };
    EXPECT_EQ(at(seal_.made_at - 1ms), std::nullopt);
    EXPECT_EQ(at(seal_.made_at), 1u);
    EXPECT_EQ(at(seal_.made_at + 1h - 1ms), 1u);
    EXPECT_EQ(at(seal_.made_at + 1h), 2u);
    EXPECT_EQ(at(seal_.made_at + 2h), 3u);
}

TEST_F(VersionTable, OneWaitsAndANumberIsGivenOnce) {
    tables::insert_version(*database_, version(2)).value();
    EXPECT_EQ(error_of(tables::insert_version(*database_, version(3))).rule, "version-waiting");
    auto given_up = version(2);
    given_up.state = VersionState::withdrawn;
    tables::update_waiting_version(*database_, given_up).value();
    EXPECT_EQ(tables::next_version_number(*database_, seal_).value(), 3u);
    EXPECT_EQ(error_of(tables::update_waiting_version(*database_, given_up)).rule, "seal-changed");
    EXPECT_EQ(error_of(tables::cut_over(*database_, seal_, version(2), seal_.custodian, seal_.made_at)).rule, "seal-changed");
}

TEST_F(VersionTable, AnOldKeyNeverComesBack) {
    cut_over(2, seal_.made_at + 1h);
    EXPECT_TRUE(tables::is_seal_key(*database_, seal_.public_key.to_der())) << "also for other uses, such as the TLS server's key";
    EXPECT_FALSE(database_->change("UPDATE seal SET version = 1 WHERE name = ?", seal_.name.str()));
    EXPECT_FALSE(database_->change("UPDATE seal_version SET state = 'waiting' WHERE number = 1"));
    EXPECT_FALSE(database_->change("DELETE FROM seal_version WHERE number = 1"));
    Seal other = seal_;
    other.name = SealName::decode("contract-9").value();
    EXPECT_EQ(error_of(tables::insert_seal(*database_, other)).rule, "seal-key-taken") << "nor under another name";
    EXPECT_EQ(error_of(tables::update_seal(*database_, seal_, seal_.state, seal_.epoch)).rule, "seal-changed") << "nor by somebody who read it before";
}

TEST_F(VersionTable, StandbyKeysBelongToOneVersion) {
    const KeyPlace place{TokenName::decode("usb-2").value(), "other serial", {5}};
    tables::insert_standby(*database_, seal_.name, 1, place).value();
    EXPECT_EQ(found().standby.size(), 1u);
    cut_over(2, seal_.made_at + 1h);
    EXPECT_TRUE(found().standby.empty());
    const KeyPlace late{TokenName::decode("usb-2").value(), "other serial", {6}};
    EXPECT_EQ(error_of(tables::insert_standby(*database_, seal_.name, 1, late)).rule, "seal-changed") << "a move that was under way at the cut-over";
    EXPECT_FALSE(tables::find_enrolled_key(*database_, place.token).value()) << "what is there is not the key of the seal any more";
    tables::insert_standby(*database_, seal_.name, 2, late).value();
    EXPECT_EQ(found().standby.size(), 1u);
}

TEST_F(VersionTable, DueAreThoseWhoseMomentHasCome) {
    auto waiting = version(2);
    waiting.planned = PlannedCutOver{.at = seal_.made_at + 1h, .by = seal_.custodian};
    tables::insert_version(*database_, waiting).value();
    EXPECT_TRUE(tables::due_cut_overs(*database_, seal_.made_at + 1h - 1ms).value().empty());
    EXPECT_EQ(tables::due_cut_overs(*database_, seal_.made_at + 1h).value().size(), 1u);
    Seal lost = seal_;
    lost.state = SealState::lost;
    tables::update_seal(*database_, lost, seal_.state, seal_.epoch).value();
    EXPECT_TRUE(tables::due_cut_overs(*database_, seal_.made_at + 2h).value().empty()) << "the seal will never sign again";
}

}  // namespace
}  // namespace seald::test
