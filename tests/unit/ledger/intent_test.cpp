// Intents whose commit cannot be told to anybody.
#include "daemon/ledger/intent.hpp"

#include "daemon/store/intent_table.hpp"
#include "daemon/store/ledger_reader.hpp"
#include "daemon/store/seal_table.hpp"
#include "daemon/store/version_table.hpp"
#include "tests/unit/policy/office.hpp"
#include "tests/unit/store/taken_away.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

using namespace std::chrono_literals;

TEST(RecordIntents, ClosesThoseThatWereCommittedOutOfSightWhenTheLedgerIsBack) {
    const TakenAwayAtCommit taken;
    Office office;
    TemporaryState state;
    const auto database = state.connect();
    tables::insert_seal(*database, office.seal).value();
    const auto store = state.open();
    auto permit = office.authorise("li.na", office.request(office.both_tokens())).value();
    TakenAwayAtCommit::file = state.file();

    auto recording = record_intents(*store, std::move(permit), [] { return Result<void>(); });
    auto recorded = boost::asio::co_spawn(state.io(), std::move(recording), boost::asio::use_future);
    while (recorded.wait_for(0s) != std::future_status::ready) state.io().run_one();
    EXPECT_EQ(error_of(recorded.get()).rule, out_of_sight_rule);
    EXPECT_EQ(tables::open_intents(*database).value().size(), 1U) << "it is in the file that was taken away";
    std::filesystem::rename(state.file().string() + ".away", state.file());
    state.io().run();
    EXPECT_TRUE(tables::open_intents(*database).value().empty());
    EXPECT_NE(find_entry(*database, 1).value().entry.body.find("\"discarded\""), std::string::npos);
}

// Another key for the seal: `number` waits, and is cut over to.
void cut_over(Database& database, const Seal& seal, unsigned number) {
    const auto key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    const SealVersion waiting{.seal = seal.name,
                              .number = number,
                              .place = {seal.token, seal.token_serial, Bytes{static_cast<std::uint8_t>(number), 7}},
                              .public_key = key.public_key(),
                              .certificates = {*seal.certificate},
                              .reason = "a test",
                              .by = seal.custodian,
                              .since = seal.made_at};
    tables::insert_version(database, waiting).value();
    tables::cut_over(database, seal, waiting, seal.custodian, seal.made_at + 1s).value();
}

TEST(RecordIntents, APermitForAKeyThatWasReplacedIsToBeJudgedAnewAndSpendsNothing) {
    Office office;
    TemporaryState state;
    const auto database = state.connect();
    tables::insert_seal(*database, office.seal).value();
    const auto store = state.open();
    auto permit = office.authorise("li.na", office.request(office.both_tokens())).value();
    cut_over(*database, office.seal, 2);

    auto recording = record_intents(*store, std::move(permit), [] { return Result<void>(); });
    auto recorded = boost::asio::co_spawn(state.io(), std::move(recording), boost::asio::use_future);
    while (recorded.wait_for(0s) != std::future_status::ready) state.io().run_one();
    EXPECT_EQ(error_of(recorded.get()).rule, seal_replaced_rule);
    EXPECT_TRUE(tables::open_intents(*database).value().empty());
    auto uses = database->query("SELECT count(*) FROM approval_use");
    ASSERT_TRUE(uses.step().value());
    EXPECT_EQ(uses.integer(0), 0);
}

}  // namespace
}  // namespace seald::test
