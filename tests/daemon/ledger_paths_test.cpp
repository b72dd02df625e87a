// The ledger over HTTP as C2SP tlog-tiles has it, read and judged by Go's sumdb packages.
#include <gtest/gtest.h>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"

namespace seald::test {
namespace {

class LedgerPaths : public testing::Test {
  protected:
    LedgerPaths() { instance.start(); }
    std::string checkpoint() { return instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body; }
    // With one client, each entry is a checkpoint too.
    void grow(int entries) { instance.grow_ledger(entries); }
    Output tlogcheck(std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), instance.tool("tlogcheck"));
        return instance.as("liu.yang", std::move(arguments));
    }
    std::string prefix() { return "unix:" + (instance.folder() / "run" / "seald.sock").string() + ":/v1/ledger"; }
    Instance instance;
};

TEST_F(LedgerPaths, SatisfyGosTlogForEntriesAndForKeptCheckpoints) {
    std::vector<std::string> arguments = {"log", instance.ledger_key(), prefix(), "100"};
    for (int kept = 0; kept < 20; ++kept) {
        arguments.push_back(instance.write_file("checkpoint-" + std::to_string(kept), checkpoint()).string());
        grow(kept == 10 ? 200 : 20);
    }
    const auto judged = tlogcheck(arguments);
    EXPECT_EQ(judged.exit_code, 0) << judged.err;
    EXPECT_NE(judged.out.find("100 entries included, 40 pairs"), std::string::npos) << judged.out;
}

TEST_F(LedgerPaths, OfAnotherLedgerDoNot) {
    const Instance other;
    const auto judged = tlogcheck({"log", other.ledger_key(), prefix(), "1"});
    EXPECT_EQ(judged.exit_code, 1) << judged.out;
}

TEST_F(LedgerPaths, ShowHashesToAllAndEntriesToThoseWhoReadTheWholeLedger) {
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/ledger/tile/0/000.p/2").body.size(), 64U);
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/ledger/tile/entries/000.p/2").rule(), "role-required");
    EXPECT_EQ(instance.http("nobody", "GET", "/v1/ledger/tile/0/000.p/2").status, 401);
    for (const char* path : {"0/000", "0/000.p/200", "0/1", "0", "9/000.p/1", "entries/x001/000", "0/000.p/2/", "entries/x009/x223/x372/x036/x854/x775/807"})
        EXPECT_EQ(instance.http("liu.yang", "GET", std::string("/v1/ledger/tile/") + path).status, 404) << path;
}

TEST_F(LedgerPaths, AnApplicationForAThousandFilesFitsIntoTheLedger) {
    instance.unlock();
    instance.make_seal();
    boost::json::array documents;
    for (int i = 0; i < 1000; ++i) {
        const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(std::to_string(i)));
        documents.push_back(boost::json::object{{"digest", {{"alg", "sha256"}, {"value", digest.hex()}}}, {"name", "合同 " + std::to_string(i)}});
    }
    const auto applied = instance.post("li.na", "/v1/applications", {{"seal", "contract"}, {"purpose", "p"}, {"type", "t"}, {"documents", documents}});
    ASSERT_EQ(applied.status, 201) << applied.body;
    const auto entry = instance.entries("application-submitted").at(0);
    const std::string digest(entry.at("documents").as_object().at("detached").as_string());
    const auto kept = instance.http("liu.yang", "GET", "/v1/ledger/detached/" + digest);
    EXPECT_NE(kept.body.find("合同 999"), std::string::npos);
    EXPECT_EQ("sha256:" + Digest::of(DigestAlgorithm::sha256, as_bytes(kept.body)).hex(), digest);
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/ledger/detached/" + digest).rule(), "role-required");
    EXPECT_EQ(tlogcheck({"log", instance.ledger_key(), prefix(), "20"}).exit_code, 0);
}

}  // namespace
}  // namespace seald::test
