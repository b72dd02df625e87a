// Changes of the ledger's key that come at once, or come to nothing: the key that the ledger is signed with stays on the disk,
// and no other.
#include "daemon/ledger/key_change.hpp"

#include <latch>
#include <thread>

#include "daemon/identity/identifier.hpp"
#include "daemon/store/ledger_key_file.hpp"
#include "tests/unit/store/temporary_state.hpp"

namespace seald::test {
namespace {

namespace asio = boost::asio;

Caller administrator() {
    Policy policy;
    const auto id = PersonId::decode("sun.li").value();
    policy.persons.emplace(id, Person{id, "sun.li", Department::decode("sales").value(), 2011, {Role::administrator}, PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key(), {}});
    return Identifier(policy).identify({.uid = 2011, .gid = 1, .pid = 1}).value();
}

class KeyChange : public testing::Test {
  protected:
    KeyChange() { state_.save_key(state_.path() / "ledger.key"); }
    // What kept it from being done, or the old key from being destroyed.
    std::future<std::string> change(asio::io_context& io, std::string reason) { return asio::co_spawn(io, outcome_of(std::move(reason)), asio::use_future); }
    asio::awaitable<std::string> outcome_of(std::string reason) {
        auto changed = co_await desk_.change(caller_, std::move(reason));
        co_return changed ? changed->not_destroyed : changed.error().message;
    }
    struct Hold {
        std::latch holding{1}, queued{1};
    };
    // What is handed in until `queued` is one commit.
    std::shared_ptr<Hold> hold_writer(asio::io_context& io) {
        auto hold = std::make_shared<Hold>();
        WriteWork<std::uint64_t> work = [hold](Transaction&) -> Result<std::uint64_t> {
            hold->holding.count_down();
            hold->queued.wait();
            return 0;
        };
        asio::co_spawn(io, store_->write(std::move(work)), asio::use_future);
        io.poll();
        hold->holding.wait();
        return hold;
    }
    std::string in_force() { return desk_.keys()->current().encode(); }
    void expect_one_key() {
        EXPECT_FALSE(std::filesystem::exists(state_.path() / "ledger.key.new"));
        const auto key = PrivateKey::load_pem(state_.path() / "ledger.key");
        ASSERT_TRUE(key) << key.error().message;
        EXPECT_EQ(NoteSigner::make(daemon_id, PrivateKey::load_pem(state_.path() / "ledger.key").value()).value().verifier().encode(), in_force());
    }
    TemporaryState state_;
    SystemClock clock_;
    Caller caller_ = administrator();
    std::unique_ptr<Store> store_ = state_.open();
    LedgerKeyDesk desk_{*store_, state_.path(), clock_};
};

TEST_F(KeyChange, TheFilesOfOneAreNotSettledInTheCommitOfTheNext) {
    asio::io_context first_io, next_io;
    auto first = change(first_io, "first");
    first_io.poll();
    while (desk_.keys()->changes().empty()) std::this_thread::yield();
    // So that the next change is queued, and behind it the settling of the first.
    const auto hold = hold_writer(next_io);
    auto next = change(next_io, "next");
    next_io.poll();
    first_io.poll();
    hold->queued.count_down();
    first_io.run();
    next_io.run();
    EXPECT_EQ(first.get(), "");
    EXPECT_EQ(next.get(), "");
    EXPECT_EQ(desk_.keys()->changes().size(), 2U);
    expect_one_key();
}

TEST_F(KeyChange, OneThatFindsTheDiskFullLeavesNoKey) {
    const auto before = in_force();
    asio::io_context io;
    const auto hold = hold_writer(io);
    auto changed = change(io, "r");
    WriteWork<std::uint64_t> full = [](Transaction&) -> Result<std::uint64_t> {
        Error error = unavailable("the disk is full", true);
        error.rule = disk_full_rule;
        return error;
    };
    asio::co_spawn(io, store_->write(std::move(full)), asio::use_future);
    io.poll();
    hold->queued.count_down();
    io.run();
    EXPECT_NE(changed.get(), "");
    EXPECT_EQ(in_force(), before);
    expect_one_key();
}

}  // namespace
}  // namespace seald::test
