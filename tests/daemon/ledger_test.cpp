// What an auditor does: checks the ledger with the public key alone, and with programs nobody here wrote.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"

namespace seald::test {
namespace {

class Ledger : public testing::Test {
  protected:
    Ledger() {
        instance.start();
        instance.unlock();
        instance.make_seal();
        const auto file = instance.write_file("letter.txt", "hello");
        const auto number = instance.approved_application({file});
        instance.sealctl_json("li.na", {"sign", "--application", number, file});
    }
    Output verify() { return instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}); }
    // What somebody who can write the database would do. Triggers are no hindrance to him.
    void tamper(const std::string& sql) {
        instance.stop();
        const auto database = "sqlite3 " + (instance.state() / "ledger.db").string();
        ASSERT_EQ(run_tool(database + R"( "SELECT 'DROP TRIGGER ' || name || ';' FROM sqlite_master WHERE type = 'trigger'" | )" + database).exit_code, 0);
        const auto changed = run_tool(database + " \"PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON; " + sql + "\"");
        ASSERT_EQ(changed.exit_code, 0) << changed.out;
    }
    std::string tlogcheck() { return SEALD_BUILD_DIR "/tests/support/tlogcheck"; }
    Instance instance;
};

TEST_F(Ledger, VerifiesWithNothingButItsPublicKey) {
    const auto verified = verify();
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find("0 proofs of use, 2 decisions and 0 confirmations of acts, each signed with the key in its entry"), std::string::npos) << verified.out;
    const auto skipped = instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key(), "--skip-signatures"});
    EXPECT_EQ(skipped.exit_code, 0);
    EXPECT_EQ(skipped.out.find("decisions"), std::string::npos);
}

TEST_F(Ledger, IsFollowedFromAnEarlierCheckpoint) {
    const auto earlier = instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body;
    const auto kept = instance.write_file("checkpoint", earlier);
    instance.write_file("more.txt", "more");
    instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", (instance.desk() / "more.txt").string()});
    const auto followed = instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key(), "--since", kept});
    EXPECT_EQ(followed.exit_code, 0) << followed.out << followed.err;
}

TEST_F(Ledger, HasCheckpointsAndReceiptsThatGosSumdbVerifies) {
    const auto checkpoint = instance.write_file("checkpoint", instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body);
    EXPECT_EQ(run_tool(tlogcheck() + " checkpoint '" + instance.ledger_key() + "' < " + checkpoint.string()).exit_code, 0);
    const auto receipt = instance.desk() / "letter.txt.receipt";
    const auto checked = run_tool(tlogcheck() + " receipt '" + instance.ledger_key() + "' < " + receipt.string());
    EXPECT_EQ(checked.exit_code, 0) << checked.out;
    // One character of the entry changed: no longer.
    std::ifstream in(receipt);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto at = text.find("extra ") + 40;
    text[at] = text[at] == 'A' ? 'B' : 'A';
    const auto spoiled = instance.write_file("spoiled.receipt", text);
    EXPECT_NE(run_tool(tlogcheck() + " receipt '" + instance.ledger_key() + "' < " + spoiled.string()).exit_code, 0);
}

TEST_F(Ledger, ThatWasChangedIsNotVerifiedAndTheEntryIsNamed) {
    tamper("UPDATE entry SET body = cast(replace(cast(body AS TEXT), 'letter.txt', 'LETTER.txt') AS BLOB) WHERE kind = 'intent'");
    instance.start();
    const auto changed = instance.entries("intent");
    ASSERT_EQ(changed.size(), 1u);
    const auto verified = verify();
    EXPECT_EQ(verified.exit_code, 5) << verified.out << verified.err;
    const auto list = instance.http("liu.yang", "GET", "/v1/ledger/entries?kind=intent").json();
    const auto index = std::to_string(list.at("entries").as_array().at(0).as_object().at("index").to_number<std::uint64_t>());
    EXPECT_NE((verified.out + verified.err).find(index), std::string::npos) << verified.out << verified.err;
}

TEST_F(Ledger, WithARowRemovedIsNotVerified) {
    tamper("DELETE FROM entry WHERE kind = 'decision'");
    instance.start();  // which looks at the end of the ledger only
    const auto verified = verify();
    EXPECT_EQ(verified.exit_code, 5) << verified.out << verified.err;
}

TEST_F(Ledger, WithTwoRowsSwappedIsNotVerified) {
    tamper("CREATE TEMP TABLE t AS SELECT idx, body FROM entry WHERE idx IN (3, 4); "
           "UPDATE entry SET body = (SELECT body FROM t WHERE t.idx = 7 - entry.idx) WHERE idx IN (3, 4)");
    instance.start();
    const auto verified = verify();
    EXPECT_EQ(verified.exit_code, 5) << verified.out << verified.err;
    EXPECT_NE((verified.out + verified.err).find("3"), std::string::npos) << verified.out << verified.err;
}

TEST_F(Ledger, CutOffAtItsEndIsRefusedAtStart) {
    tamper("DELETE FROM entry WHERE idx = (SELECT max(idx) FROM entry)");
    EXPECT_THROW(instance.start(), std::runtime_error);
    EXPECT_NE(instance.log().find("ledger"), std::string::npos) << instance.log();
}

TEST_F(Ledger, ShowsOthersOnlyWhatTheyDidThemselves) {
    const auto own = instance.http("li.na", "GET", "/v1/ledger/entries?limit=1000").json();
    ASSERT_FALSE(own.at("entries").as_array().empty());
    for (const auto& each : own.at("entries").as_array())
        EXPECT_EQ(each.as_object().at("entry").as_object().at("caller").as_object().at("id").as_string(), "li.na");
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/ledger/entries?person=chen.jie").rule(), "role-required");
}

}  // namespace
}  // namespace seald::test
