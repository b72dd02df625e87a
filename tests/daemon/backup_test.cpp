// Backups of a running daemon, and what is seen of them without it.
#include <atomic>
#include <thread>

#include "tests/daemon/backup_office.hpp"

namespace seald::test {
namespace {

using Backup = BackupOffice;

// What openssl and tar make of it: the way to the content when there is no seald at all.
TEST_F(Backup, IsOpenedByOpensslAndTarAlone) {
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto document = instance.write_file("contract.txt", "a contract");
    std::string content(36UL << 20, 'x');  // more than two parts' worth
    for (std::size_t i = 0; i < content.size(); i += 4093) content[i] = static_cast<char>(i);
    instance.approved_application({document, instance.write_file("plans.bin", content)});
    const auto folder = make_backup();
    EXPECT_TRUE(fs::exists(folder / "part-000003.p7m"));
    EXPECT_EQ(verify(folder).exit_code, 0) << verify(folder).out;
    const auto out = keys_.path() / "opened";
    fs::create_directory(out);
    shell("cd " + out.string() + " && for part in " + folder.string() + "/part-*.p7m; do openssl cms -decrypt -binary -inform DER -in $part -inkey " +
          (keys_.path() / "li.na.key").string() + " -recip " + (keys_.path() / "li.na.crt.pem").string() + "; done | tar xf -");
    EXPECT_EQ(read_file(out / "keys" / "ledger.key"), read_file(instance.state() / "ledger.key"));
    EXPECT_EQ(read_file(out / "configuration" / "seald.toml"), read_file(instance.configuration()));
    EXPECT_EQ(shell("sqlite3 " + (out / "ledger.db").string() + " 'SELECT name || state FROM seal; PRAGMA integrity_check'"), "contractin-force\nok\n");
    const std::string hex = Digest::of(DigestAlgorithm::sha256, as_bytes("a contract")).hex();
    EXPECT_EQ(read_file(out / "documents" / "sha256" / hex), "a contract");
    EXPECT_EQ(read_file(out / "documents" / "sha256" / Digest::of(DigestAlgorithm::sha256, as_bytes(content)).hex()), content);
    EXPECT_NE(read_file(out / "tokens.json").find("\"seal\":\"contract\""), std::string::npos);
}

TEST_F(Backup, IsPrivateAndSaysNothingOfItsContent) {
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto folder = make_backup();
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
    for (const auto& file : fs::directory_iterator(folder)) {
        const auto content = read_file(file.path());
        EXPECT_EQ(content.find("PRIVATE KEY"), std::string::npos) << file.path();
        EXPECT_EQ(content.find("wang.fang"), std::string::npos) << file.path();
        EXPECT_EQ(content.find("合同"), std::string::npos) << file.path();
    }
    for (const auto& left : fs::directory_iterator(instance.state())) EXPECT_EQ(left.path().filename().string().find("backup"), std::string::npos) << left.path();
}

TEST_F(Backup, IsInTheLedgerByTheDigestOfItsManifest) {
    instance.start();
    const auto folder = make_backup();
    const auto entries = instance.entries("backup-created");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries.front().at("manifest").as_string(), "sha256:" + Digest::of(DigestAlgorithm::sha256, as_bytes(read_file(folder / "manifest"))).hex());
    EXPECT_EQ(entries.front().at("caller").at("id").as_string(), "sun.li");
    EXPECT_NE(boost::json::serialize(entries.front().at("recipients")).find("CN=li.na"), std::string::npos);
}

TEST_F(Backup, VerifiesAnywhereWithTheKeyAndSaysWhatItDidNotLookAtWithout) {
    instance.start();
    const auto folder = make_backup();
    EXPECT_EQ(instance.stop(), 0);
    const auto all = verify(folder);
    EXPECT_EQ(all.exit_code, 0) << all.out << all.err;
    EXPECT_NE(all.out.find("each the one in the tree"), std::string::npos) << all.out;
    const auto outside = verify(folder, false);
    EXPECT_EQ(outside.exit_code, 0) << outside.out << outside.err;
    EXPECT_NE(outside.out.find("--key with a recipient's private key"), std::string::npos) << outside.out;
}

TEST_F(Backup, ASignalWhileItIsLookedIntoLeavesNothingOfItsContent) {
    instance.start();
    instance.unlock();
    instance.make_seal();
    const std::string content(36UL << 20, 'x');
    instance.approved_application({instance.write_file("plans.bin", content)});
    const auto folder = make_backup();
    const auto place = keys_.path() / "tmp";
    fs::create_directory(place);
    const auto said = shell("export TMPDIR=" + place.string() + "; " + SEALD_BUILD_DIR "/client/sealctl backup verify " + folder.string() + " --ledger-key " +
                            ledger_key_file().string() + " --key " + key_for(0).string() + " & pid=$!; while ! ls $TMPDIR/*/tokens.json >/dev/null 2>&1; do " +
                            "kill -0 $pid 2>/dev/null || break; done; kill -TERM $pid; wait $pid 2>/dev/null; echo ended $?");
    EXPECT_NE(said.find("ended 143"), std::string::npos) << said;
    EXPECT_TRUE(fs::is_empty(place)) << "the ledger's key is in it";
}

TEST_F(Backup, IsForAdministrators) {
    instance.start();
    for (const char* person : {"li.na", "zhang.wei", "liu.yang"}) {
        EXPECT_EQ(instance.post(person, "/v1/backups", {}).rule(), "role-required") << person;
        EXPECT_EQ(instance.sealctl(person, {"backup", "create", (instance.desk() / person).string()}).exit_code, 1);
        EXPECT_FALSE(fs::exists(instance.desk() / person)) << "what came to nothing leaves nothing";
    }
    const auto begun = instance.post("sun.li", "/v1/backups", {}).json();
    const std::string id(begun.at("id").as_string());
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/backups/" + id + "/parts/0").rule(), "role-required");
    EXPECT_EQ(instance.http("sun.li", "GET", "/v1/backups/" + id + "/parts/1").status, 404) << "one after the other";
    const auto part = instance.http("sun.li", "GET", "/v1/backups/" + id + "/parts/0");
    EXPECT_EQ(instance.http("sun.li", "GET", "/v1/backups/" + id + "/parts/0").body, part.body) << "again, as the connection may have been lost";
    EXPECT_EQ(instance.post("sun.li", "/v1/backups/" + id + "/finish", {}).rule(), "") << "its only part was fetched";
}

TEST_F(Backup, AnUnfinishedOneHasNoManifest) {
    instance.start();
    const std::string id(instance.post("sun.li", "/v1/backups", {}).json().at("id").as_string());
    EXPECT_EQ(instance.post("sun.li", "/v1/backups/" + id + "/finish", {}).rule(), "backup-incomplete");
    EXPECT_TRUE(instance.entries("backup-created").empty());
}

TEST_F(Backup, ADrillIsRecordedWhateverCameOfIt) {
    instance.start();
    const auto folder = make_backup();
    EXPECT_NE(instance.sealctl("sun.li", {"status"}).out.find("last restore practised  never"), std::string::npos) << instance.sealctl("sun.li", {"status"}).out;
    const auto key = key_for(uid_of("sun.li")).string();
    const auto good = instance.sealctl("sun.li", {"backup", "drill", folder.string(), "--key", key});
    EXPECT_EQ(good.exit_code, 0) << good.out << good.err;
    EXPECT_NE(instance.sealctl("sun.li", {"status"}).out.find("0 days ago"), std::string::npos);
    fs::remove(folder / "part-000001.p7m");
    EXPECT_EQ(instance.sealctl("sun.li", {"backup", "drill", folder.string(), "--key", key}).exit_code, 5);
    const auto drills = instance.entries("backup-drill");
    ASSERT_EQ(drills.size(), 2U);
    EXPECT_EQ(drills.front().at("result").as_string(), "ok");
    EXPECT_EQ(drills.back().at("result").as_string(), "failed");
    EXPECT_NE(drills.back().at("problem").as_string().find("is missing"), std::string::npos);
    const auto status = instance.http("sun.li", "GET", "/v1/status").json();
    EXPECT_TRUE(status.at("backup").at("last_drill").is_string()) << "that of the good one stays";
}

class BackupWithout : public testing::Test {};

TEST_F(BackupWithout, ARecipientThereIsNone) {
    Instance instance({.extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) + "\"\nroles = [\"administrator\"]\n", .absent = {"sun.li"}});
    instance.start();
    const auto refused = instance.post("sun.li", "/v1/backups", {});
    EXPECT_EQ(refused.rule(), "no-backup-recipients");
    EXPECT_NE(refused.body.find("recipients in [backup]"), std::string::npos);
}

// Its folder is there only for those tests that make it.
class ScheduledBackup : public BackupOffice {
  protected:
    ScheduledBackup() : BackupOffice("every = \"24h\"\ndirectory = \"shelf\"\nkeep = 2\n") {}
    fs::path shelf() const { return instance.folder() / "shelf"; }
    void make_shelf() {
        fs::create_directory(shelf());
        give_to(shelf(), daemon_uid, 0700);
    }
    template <class Condition>
    static bool within_a_minute(Condition condition) {
        for (const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1); std::chrono::steady_clock::now() < deadline;) {
            if (condition()) return true;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }
    std::vector<fs::path> kept() const {
        std::vector<fs::path> folders;
        for (const auto& entry : fs::directory_iterator(shelf()))
            if (fs::exists(entry.path() / "manifest") && entry.path().filename() != "seald-unfinished") folders.push_back(entry.path());
        return folders;
    }
};

TEST_F(ScheduledBackup, IsMadeByTheDaemonAndVerifies) {
    make_shelf();
    instance.start();
    ASSERT_TRUE(within_a_minute([&] { return kept().size() == 1; })) << instance.log();
    const auto folder = kept().front();
    const auto entries = instance.entries("backup-created");
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries.front().at("caller").at("id").as_string(), "seald");
    instance.kill9();
    instance.start();
    EXPECT_NE(instance.http("sun.li", "GET", "/metrics").body.find("seald_backup_overdue_seconds 0"), std::string::npos);
    EXPECT_EQ(instance.entries("backup-created").size(), 1U) << "the next one is not due";
    for (const auto& entry : fs::recursive_directory_iterator(shelf())) give_to(entry.path(), uid_of("sun.li"), entry.is_directory() ? 0700 : 0600);
    give_to(shelf(), daemon_uid, 0755);
    const auto verified = verify(folder);
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

TEST_F(ScheduledBackup, AFailureIsSeenInStatusAndMetrics) {
    instance.start();
    const auto problem = [&] { return boost::json::serialize(instance.http("sun.li", "GET", "/v1/status").json().at("backup").at("schedule").at("problem")); };
    ASSERT_TRUE(within_a_minute([&] { return problem().find("shelf") != std::string::npos; })) << problem();
    EXPECT_NE(problem().find("mount the medium"), std::string::npos) << problem();
    EXPECT_NE(instance.sealctl("sun.li", {"status"}).out.find("no scheduled backup: cannot"), std::string::npos);
    EXPECT_NE(instance.http("sun.li", "GET", "/metrics").body.find("seald_backup_overdue_seconds"), std::string::npos);
    EXPECT_TRUE(instance.entries("backup-created").empty());
}

}  // namespace
}  // namespace seald::test
