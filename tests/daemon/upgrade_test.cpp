// The daemon on a database that an earlier seald wrote.
#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/earlier_state.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class UpgradedDaemon : public testing::TestWithParam<int> {
  protected:
    UpgradedDaemon() {
        for (const char* file : {"ledger.db", "ledger.db-wal", "ledger.db-shm", "ledger.checkpoint"}) fs::remove(instance_.state() / file);
        const auto key = NoteSigner::make(NoteVerifier::decode(instance_.ledger_key()).value().name(), PrivateKey::load_pem(instance_.state() / "ledger.key").value()).value();
        make_earlier_database(instance_.state(), GetParam(), key);
        for (const char* file : {"ledger.db", "ledger.db-wal", "ledger.db-shm"})
            if (fs::exists(instance_.state() / file)) give_to(instance_.state() / file, daemon_uid, 0600);
    }
    Output verify(std::vector<std::string> more) {
        std::vector<std::string> arguments{"ledger", "verify", "--ledger-key", instance_.ledger_key()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance_.sealctl("liu.yang", arguments);
    }
    Instance instance_;
};

TEST_P(UpgradedDaemon, GoesOnWithTheLedgerAndTheApplications) {
    instance_.start();
    const auto upgraded = instance_.entries("schema-upgraded");
    ASSERT_EQ(upgraded.size(), 1U);
    EXPECT_EQ(upgraded.front().at("from").to_number<int>(), GetParam()) << boost::json::serialize(upgraded.front());
    const auto verified = verify({});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    const auto shown = instance_.sealctl("li.na", {"application", "show", "A-2026-0001"});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_NE(shown.out.find("the frame contract of 2026"), std::string::npos) << shown.out;
    EXPECT_EQ(instance_.sealctl("zhang.wei", {"seal", "show", "old-contract"}).out.find("in-force"), std::string::npos);
    instance_.kill9();
    instance_.start();
    EXPECT_EQ(instance_.entries("schema-upgraded").size(), 1U);
    EXPECT_EQ(instance_.stop(), 0);
}

TEST_P(UpgradedDaemon, TheCopyFromBeforeVerifiesWithoutBeingUpgraded) {
    instance_.start();
    const auto copy = instance_.desk() / "earlier.db";
    fs::copy_file(instance_.state() / ("ledger.db.version-" + std::to_string(GetParam())), copy);
    fs::permissions(copy, fs::perms(0644));
    const auto verified = verify({copy.string()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find("12, each the one in the tree"), std::string::npos) << verified.out;
}

TEST_P(UpgradedDaemon, CheckingTheConfigurationUpgradesNothing) {
    EXPECT_EQ(instance_.seald({"--check-config"}).exit_code, 0);
    EXPECT_FALSE(fs::exists(instance_.state() / ("ledger.db.version-" + std::to_string(GetParam()))));
}

INSTANTIATE_TEST_SUITE_P(From, UpgradedDaemon, testing::Values(1, 2));

}  // namespace
}  // namespace seald::test
