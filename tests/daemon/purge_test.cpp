// A ledger whose beginning is older than it has to be kept: purged by an administrator, and what an auditor then sees.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/old_ledger.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class Purge : public testing::Test {
  protected:
    Purge() {
        make_old_ledger(instance, 600);
        instance.start();
    }
    Output purge(std::vector<std::string> more) {
        std::vector<std::string> arguments = {"ledger", "purge", "--before", "2020-01-01", "--ledger-key", instance.ledger_key()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl("sun.li", std::move(arguments));
    }
    Output verify(std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"ledger", "verify", "--ledger-key", instance.ledger_key()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl("liu.yang", std::move(arguments));
    }
    Instance instance{{.extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) + "\"\nroles = [\"administrator\"]\n",
                       .absent = {"sun.li"}}};
};

TEST_F(Purge, SaysFirstWhatItWouldRemoveAndWantsAVerifiedExport) {
    const auto dry = purge({"--dry-run"});
    EXPECT_EQ(dry.exit_code, 0) << dry.err;
    EXPECT_THAT(dry.out, HasSubstr("512 entries would be removed: 0 to 511, from 2019-06-01T08:00:00"));
    const auto without = purge({"--reason", "kept long enough"});
    EXPECT_EQ(without.exit_code, 3) << without.err;
    EXPECT_THAT(without.err, HasSubstr("sealctl ledger export --from 0 --to 512"));
    instance.sealctl_json("sun.li", {"ledger", "export", "--to", "300", (instance.desk() / "part").string()});
    const auto part = purge({"--reason", "kept long enough", "--export", (instance.desk() / "part").string()});
    EXPECT_THAT(part.err, HasSubstr("entries 300 to 511 are in no export"));
    fs::resize_file(instance.desk() / "part" / "entries.jsonl", 1000);
    EXPECT_EQ(purge({"--reason", "kept long enough", "--export", (instance.desk() / "part").string()}).exit_code, 5);
    EXPECT_TRUE(instance.entries("ledger-purged").empty());
    EXPECT_EQ(purge({}).exit_code, 2) << "a reason is wanted";
}

TEST_F(Purge, LeavesALedgerThatVerifiesAndSaysWhatIsGone) {
    const std::string kept = instance.write_file("kept", instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body);
    const auto receipt = instance.write_file("17.receipt", instance.sealctl("liu.yang", {"ledger", "prove", "17"}).out);
    const std::string exported = instance.desk() / "until-2019";
    instance.sealctl_json("sun.li", {"ledger", "export", "--to", "2019-12-31", exported});
    const auto done = purge({"--reason", "kept long enough", "--export", exported});
    ASSERT_EQ(done.exit_code, 0) << done.err;
    const auto entry = instance.entries("ledger-purged").at(0);
    EXPECT_EQ(entry.at("first").as_int64(), 0);
    EXPECT_EQ(entry.at("end").as_int64(), 512);
    EXPECT_EQ(entry.at("reason").as_string(), "kept long enough");
    EXPECT_TRUE(entry.contains("export"));

    const auto expect_verified = [&](std::vector<std::string> more) {
        const auto verified = verify(std::move(more));
        EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
        return verified.out;
    };
    EXPECT_THAT(expect_verified({"--since", kept}), HasSubstr("entries 0 to 511 were purged at"));
    EXPECT_THAT(expect_verified({}), HasSubstr("by sun.li"));
    const auto gone = instance.sealctl("liu.yang", {"ledger", "show", "17"});
    EXPECT_EQ(gone.exit_code, 3);
    EXPECT_THAT(gone.err, HasSubstr("were purged at"));
    EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/ledger/tile/entries/000").status, 404);
    EXPECT_THAT(instance.http("liu.yang", "GET", "/v1/ledger/tile/entries/001").body, HasSubstr("were purged at"));
    EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/ledger/tile/0/000").status, 200);
    const auto first = instance.sealctl_json("liu.yang", {"ledger", "list", "--limit", "1"}).at("entries").as_array().at(0).as_object();
    EXPECT_EQ(first.at("index").as_int64(), 512);
    // Receipts of what is gone hold their entry; Go verifies them as before, and what is left of the log.
    const auto go = instance.as("liu.yang", {"/bin/sh", "-c", "exec \"$@\" < " + receipt.string(), "sh", instance.tool("tlogcheck"), "receipt", instance.ledger_key()});
    EXPECT_EQ(go.exit_code, 0) << go.err;
    EXPECT_EQ(verify({exported}).exit_code, 0);
    const std::string rest = instance.desk() / "rest";
    instance.sealctl_json("liu.yang", {"ledger", "export", rest});
    EXPECT_THAT(expect_verified({rest, "--since", kept}), HasSubstr("512 to "));

    instance.stop();
    instance.start();
    EXPECT_THAT(expect_verified({}), HasSubstr("were purged at"));
    instance.stop();
    fs::copy_file(instance.state() / "ledger.db", instance.desk() / "copy.db");
    fs::permissions(instance.desk() / "copy.db", fs::perms::all);
    EXPECT_THAT(expect_verified({(instance.desk() / "copy.db").string(), "--since", kept}), HasSubstr("were purged at"));
}

TEST_F(Purge, IsAnAdministratorsActUponWhatWasKeptLongEnough) {
    const boost::json::object wish{{"before", "2020-01-01T00:00:00Z"}, {"end", 512}, {"reason", "r"}};
    for (const char* person : {"li.na", "zhang.wei", "liu.yang", "chen.jie"}) EXPECT_EQ(instance.post(person, "/v1/ledger/purge", wish).rule(), "role-required") << person;
    auto young = wish;
    young["before"] = to_rfc3339(SystemClock().now() - std::chrono::days(4 * 365));
    EXPECT_EQ(instance.post("sun.li", "/v1/ledger/purge", young).rule(), "kept-years");
    auto other = wish;
    other["end"] = 256;
    EXPECT_EQ(instance.post("sun.li", "/v1/ledger/purge", other).rule(), "purge-changed");
    auto early = wish;
    early["before"] = "2019-06-02T00:00:00Z";
    EXPECT_EQ(instance.post("sun.li", "/v1/ledger/purge", early).rule(), "nothing-to-purge");
    EXPECT_TRUE(instance.entries("ledger-purged").empty());
    EXPECT_EQ(instance.post("sun.li", "/v1/ledger/purge", wish).status, 200);
    EXPECT_EQ(instance.post("sun.li", "/v1/ledger/purge", wish).rule(), "nothing-to-purge");
}

}  // namespace
}  // namespace seald::test
