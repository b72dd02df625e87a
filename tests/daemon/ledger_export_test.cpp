// The ledger without the daemon: exports and copies of the database, verified by sealctl alone and by Go's sumdb packages.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class LedgerExport : public testing::Test {
  protected:
    LedgerExport() {
        instance.start();
        instance.unlock();
        instance.make_seal();
        const auto file = instance.write_file("合同.txt", "hello");
        instance.sealctl_json("li.na", {"sign", "--application", instance.approved_application({file}), file});
        instance.grow_ledger(600);
    }
    Output verify(const fs::path& place, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"ledger", "verify", place.string(), "--ledger-key", instance.ledger_key()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl("liu.yang", std::move(arguments));
    }
    fs::path export_to(const std::string& name, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"ledger", "export", (instance.desk() / name).string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        instance.sealctl_json("liu.yang", std::move(arguments));
        return instance.desk() / name;
    }
    // Changes one byte in the middle of a file, and says what verify thinks of it.
    int verify_with_changed(const fs::path& folder, const fs::path& name) {
        const auto whole = read_file(folder / name);
        auto changed = whole;
        changed[changed.size() / 2] = static_cast<char>(changed[changed.size() / 2] ^ 1);
        std::ofstream(folder / name, std::ios::binary) << changed;
        const auto verified = verify(folder);
        std::ofstream(folder / name, std::ios::binary) << whole;
        return verified.exit_code;
    }
    Instance instance;
};

TEST_F(LedgerExport, OfEverythingProvesItselfOfflineAndToGosTlog) {
    const auto folder = export_to("everything");
    instance.stop();
    const auto verified = verify(folder);
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    const auto judged = instance.as("liu.yang", {instance.tool("tlogcheck"), "log", instance.ledger_key(), folder.string(), "50"});
    EXPECT_EQ(judged.exit_code, 0) << judged.err;
    EXPECT_NE(read_file(folder / "entries.jsonl").find("合同.txt"), std::string::npos);

    for (const char* file : {"checkpoint", "tile/0/000", "tile/0/001", "tile/1/000.p/2", "tile/entries/000", "tile/entries/001", "entries.jsonl"})
        EXPECT_EQ(verify_with_changed(folder, file), 5) << file;
    const auto lines = read_file(folder / "entries.jsonl");
    std::ofstream(folder / "entries.jsonl", std::ios::binary) << lines.substr(0, lines.rfind('\n', lines.size() - 2) + 1);
    EXPECT_EQ(verify(folder).exit_code, 5) << "the last line is cut off";
    std::ofstream(folder / "entries.jsonl", std::ios::binary) << lines.substr(lines.find('\n') + 1);
    EXPECT_EQ(verify(folder).exit_code, 5) << "the first line is cut off";
    fs::remove(folder / "entries.jsonl");
    EXPECT_EQ(verify(folder).exit_code, 5) << "there are no lines";
    std::ofstream(folder / "entries.jsonl", std::ios::binary) << lines;
    EXPECT_EQ(verify(folder).exit_code, 0);
    fs::remove(folder / "tile/entries/001");
    EXPECT_EQ(verify(folder).exit_code, 5) << "a bundle in between is missing";
}

TEST_F(LedgerExport, OfAPeriodHoldsThatPeriodAndProvesIt) {
    const auto folder = export_to("period", {"--from", "300", "--to", "310"});
    const auto verified = verify(folder);
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find("300 to 309"), std::string::npos) << verified.out;
    EXPECT_FALSE(fs::exists(folder / "tile/entries/000"));
    EXPECT_FALSE(fs::exists(folder / "tile/0/000"));
    const auto lines = read_file(folder / "entries.jsonl");
    EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 10);
    EXPECT_EQ(lines.substr(0, 13), "{\"index\":300,");
    EXPECT_EQ(verify_with_changed(folder, "tile/entries/001"), 5);
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "export", folder.string()}).exit_code, 1) << "an export is never mixed with another";
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "export", "--from", "2000-01-01", "--to", "2000-12-31", (instance.desk() / "none").string()}).exit_code, 3);
}

TEST_F(LedgerExport, IsVerifiedWithTheCommandThatTheExportNames) {
    const auto folder = export_to("everything");
    instance.stop();
    const auto verified = instance.sealctl("liu.yang", {"ledger", "verify", folder.string()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find("NOT PINNED"), std::string::npos) << verified.out;
    fs::remove(folder / "ledger.vkey");
    const auto keyless = instance.sealctl("liu.yang", {"ledger", "verify", folder.string()});
    EXPECT_EQ(keyless.exit_code, 2) << keyless.err;
    EXPECT_NE(keyless.err.find("sealctl ledger key"), std::string::npos) << keyless.err;
}

TEST_F(LedgerExport, HoldsTheFieldsThatDoNotFitIntoTheirEntries) {
    boost::json::array documents;
    for (int i = 0; i < 1000; ++i)
        documents.push_back(boost::json::object{{"digest", {{"alg", "sha256"}, {"value", Digest::of(DigestAlgorithm::sha256, as_bytes(std::to_string(i))).hex()}}}, {"name", "f"}});
    ASSERT_EQ(instance.post("li.na", "/v1/applications", {{"seal", "contract"}, {"purpose", "p"}, {"type", "t"}, {"documents", documents}}).status, 201);
    const auto folder = export_to("everything");
    EXPECT_EQ(verify(folder).exit_code, 0);
    ASSERT_TRUE(fs::exists(folder / "detached"));
    const auto field = fs::directory_iterator(folder / "detached")->path().filename();
    EXPECT_EQ(verify_with_changed(folder, "detached" / field), 5);

    const auto verify_online = [&] { return instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}); };
    EXPECT_EQ(verify_online().exit_code, 0);
    const auto change = [&](const std::string& sql) { return run_tool("sqlite3 " + (instance.state() / "ledger.db").string() + " \"" + sql + "\"").exit_code; };
    ASSERT_EQ(change("DROP TRIGGER detached_field_is_final; UPDATE detached_field SET content = CAST(content || ' ' AS BLOB)"), 0);
    const auto changed = verify_online();
    EXPECT_EQ(changed.exit_code, 5) << changed.out;
    EXPECT_NE((changed.out + changed.err).find("what is kept beside entry"), std::string::npos) << changed.out << changed.err;
    ASSERT_EQ(change("DROP TRIGGER detached_field_stays; DELETE FROM detached_field"), 0);
    EXPECT_EQ(verify_online().exit_code, 5);
}

TEST_F(LedgerExport, CopiesOfTheDatabaseAreVerifiedWithTheirSearchColumns) {
    const auto kept = instance.write_file("checkpoint", instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body);
    instance.stop();
    const fs::path copy = instance.desk() / "copy.db";
    fs::copy_file(instance.state() / "ledger.db", copy);
    fs::permissions(copy, fs::perms::all);
    const auto verified = verify(copy, {"--since", kept});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_NE(verified.out.find("grown from"), std::string::npos) << verified.out;
    const auto receipt = (instance.desk() / "合同.txt.receipt").string();
    EXPECT_EQ(verify(copy, {"--since", receipt}).exit_code, 0) << "a receipt holds a checkpoint too";

    const fs::path closed = instance.desk() / "closed";
    fs::create_directory(closed);
    fs::copy_file(instance.state() / "ledger.db", closed / "copy.db");
    fs::permissions(closed / "copy.db", fs::perms::owner_read | fs::perms::group_read | fs::perms::others_read);
    fs::permissions(closed, fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
    const auto closed_in = verify(closed / "copy.db");
    EXPECT_NE(closed_in.exit_code, 0);
    EXPECT_NE(closed_in.err.find("needs a folder it can write in"), std::string::npos) << closed_in.err;

    const std::string sqlite = "sqlite3 " + copy.string() + " ";
    ASSERT_EQ(run_tool(sqlite + "\"DROP TRIGGER entry_is_final; UPDATE entry SET seal = NULL WHERE kind = 'outcome'\"").exit_code, 0);
    const auto hidden = verify(copy);
    EXPECT_EQ(hidden.exit_code, 5) << hidden.out;
    EXPECT_NE(hidden.out.find("columns that are not its own"), std::string::npos) << hidden.out;
}

TEST_F(LedgerExport, AnotherLedgersKeyOrAYoungerCheckpointIsNotSatisfied) {
    const auto folder = export_to("everything");
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", folder.string(), "--ledger-key", Instance().ledger_key()}).exit_code, 5);
    instance.grow_ledger(1);
    const auto younger = instance.write_file("younger", instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body);
    const auto verified = verify(folder, {"--since", younger});
    EXPECT_EQ(verified.exit_code, 5);
    EXPECT_NE(verified.out.find("rolled back"), std::string::npos) << verified.out;
}

TEST_F(LedgerExport, TheLedgerIsSearchedByEverythingItIsAbout) {
    const auto found = [&](std::vector<std::string> filters) {
        filters.insert(filters.begin(), {"ledger", "list"});
        return instance.sealctl_json("liu.yang", filters).at("entries").as_array().size();
    };
    EXPECT_EQ(found({"--kind", "outcome", "--result", "signed"}), 1u);
    EXPECT_EQ(found({"--document", "合同*", "--kind", "intent"}), 1u);
    EXPECT_EQ(found({"--person", "wang.fang", "--kind", "decision"}), 1u);
    EXPECT_EQ(found({"--kind", "audit-sign-off", "--all"}), 600u);
    EXPECT_EQ(found({"--kind", "audit-sign-off"}), 100u);
    EXPECT_EQ(found({"--from", "2000-01-01", "--to", "2000-12-31"}), 0u);
    EXPECT_EQ(found({"--from", "2000-01-01", "--kind", "outcome"}), 1u);
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "list", "--from", "yesterday"}).exit_code, 2);

    const auto uses = instance.sealctl("liu.yang", {"ledger", "list", "--file", (instance.desk() / "合同.txt").string()});
    EXPECT_NE(uses.out.find("was sealed 1 time\n"), std::string::npos) << uses.out;
    const auto none = instance.sealctl("liu.yang", {"ledger", "list", "--file", (instance.desk() / "合同.txt.receipt").string()});
    EXPECT_NE(none.out.find("the ledger has nothing about"), std::string::npos) << none.out;

    const auto csv = instance.sealctl("liu.yang", {"ledger", "list", "--kind", "outcome", "--csv"}).out;
    EXPECT_EQ(csv.find("index,time,kind,person,seal,application,document,digest,result\r\n"), 0u) << csv;
    EXPECT_NE(csv.find(",outcome,li.na,contract,A-2026-0001,合同.txt,sha256:"), std::string::npos) << csv;

    const auto newest = instance.sealctl_json("liu.yang", {"ledger", "list", "--newest", "--limit", "2"}).at("entries").as_array();
    ASSERT_EQ(newest.size(), 2u);
    EXPECT_GT(newest[0].as_object().at("index").as_int64(), newest[1].as_object().at("index").as_int64());
}

}  // namespace
}  // namespace seald::test
