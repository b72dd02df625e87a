// What is old enough is purged in portions, so that others are served in between.
#include "daemon/ledger/purge_desk.hpp"

#include "daemon/identity/identifier.hpp"
#include "daemon/store/entry_search.hpp"
#include "daemon/store/ledger_verify.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

struct SixYearsLater final : Clock {
    Timestamp now() const override { return noon + std::chrono::hours(24 * 366 * 6); }
};

Caller administrator() {
    Policy policy;
    const auto id = PersonId::decode("sun.li").value();
    policy.persons.emplace(id, Person{id, "sun.li", Department::decode("sales").value(), 2011, {Role::administrator}, PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key(), {}});
    return Identifier(policy).identify({.uid = 2011, .gid = 1, .pid = 1}).value();
}

class PurgingInPortions : public testing::Test {
  protected:
    PurgingInPortions() {
        WriteWork<std::uint64_t> work = [](Transaction& transaction) -> Result<std::uint64_t> {
            for (std::uint64_t i = 0; i < 1000; ++i)
                if (auto index = transaction.append(sample_entry(i)); !index) return index;
            return 0;
        };
        state_.write(*store_, work).value();
    }
    Purged purge() {
        std::optional<Result<Purged>> done;
        state_.finish(run(done));
        return done->value();
    }
    boost::asio::awaitable<int> run(std::optional<Result<Purged>>& done) {
        PurgeWish wish{.before = noon + std::chrono::hours(1), .end = 768, .reason = "r", .export_root = {}, .export_size = 0};
        done.emplace(co_await desk_.purge(administrator(), std::move(wish)));
        co_return 0;
    }
    TemporaryState state_;
    SixYearsLater clock_;
    std::unique_ptr<Store> store_ = state_.open();
    PurgeDesk desk_{*store_, 5, clock_, 512};
};

TEST_F(PurgingInPortions, EachOfThemIsRecorded) {
    const auto purged = purge();
    EXPECT_EQ(purged.counts.entries, 768U);
    EXPECT_EQ(purged.plan.begin, 0U);
    EXPECT_EQ(purged.plan.end, 768U);
    const auto database = state_.connect(OpenMode::read_only);
    const auto recorded = list_entries(*database, {.to = {}, .kind = std::string(ledger_purged)}).value();
    ASSERT_EQ(recorded.size(), 2U);
    EXPECT_NE(recorded[0].entry.body.find("\"end\":512"), std::string::npos) << recorded[0].entry.body;
    EXPECT_EQ(recorded[1].index, purged.index);
    const auto report = verify_ledger(*database, state_.verifier()).value();
    EXPECT_TRUE(report.ok()) << report.faults.front().what;
    EXPECT_EQ(report.purge.value().end, 768U);
}

}  // namespace
}  // namespace seald::test
