// A restore onto an empty machine: what it brings back, what it refuses, and what nobody may lose unseen.
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/daemon/backup_office.hpp"

namespace seald::test {
namespace {

using Restore = BackupOffice;

// People who do not stop for a backup: what each of them was told is done.
class Load {
  public:
    Load(Instance& instance, int threads) {
        for (int i = 0; i < threads; ++i)
            threads_.emplace_back([this, &instance, i] {
                for (int n = 0; !stop_; ++n) {
                    const std::string text = "feedback " + std::to_string(i) + "-" + std::to_string(n);
                    const auto reply = instance.post("li.na", "/v1/feedback", {{"text", text}});
                    const std::lock_guard lock(mutex_);
                    if (reply.status == 201) acknowledged_.push_back(text);
                }
            });
    }
    ~Load() { end(); }
    std::vector<std::string> acknowledged() {
        const std::lock_guard lock(mutex_);
        return acknowledged_;
    }
    void end() {
        stop_ = true;
        for (auto& thread : threads_) thread.join();
        threads_.clear();
    }

  private:
    std::atomic<bool> stop_ = false;
    std::mutex mutex_;
    std::vector<std::string> acknowledged_;
    std::vector<std::thread> threads_;
};

TEST_F(Restore, BringsBackWhatWasAcknowledgedBeforeTheBackupBegan) {
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto document = instance.write_file("contract.txt", "a contract");
    const auto number = instance.approved_application({document});
    Load load(instance, 4);
    while (load.acknowledged().size() < 100) std::this_thread::yield();
    const auto before = load.acknowledged();
    const auto kept = checkpoint();
    const auto folder = make_backup();
    EXPECT_GT(load.acknowledged().size(), before.size()) << "nobody waited for the backup";
    load.end();
    lose_state();
    const auto restored = restore(folder, {"--since", kept.string()});
    ASSERT_EQ(restored.exit_code, 0) << restored.out << restored.err;
    instance.start();

    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", ledger_key_file().string(), "--since", kept.string()}).exit_code, 0);
    std::set<std::string> there;
    for (std::uint64_t from = 0;;) {
        const auto page = instance.http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&kind=feedback&from=" + std::to_string(from)).json();
        const auto& list = page.at("entries").as_array();
        if (list.empty()) break;
        for (const auto& each : list) there.insert(std::string(each.at("entry").at("text").as_string()));
        from = list.back().at("index").to_number<std::uint64_t>() + 1;
    }
    for (const auto& text : before) EXPECT_TRUE(there.contains(text)) << text;
    const auto out = instance.desk() / "to-read";
    fs::create_directory(out);
    fs::permissions(out, fs::perms::all);
    EXPECT_EQ(instance.sealctl("wang.fang", {"application", "fetch", number, out.string()}).exit_code, 0);
    EXPECT_EQ(read_file(out / "contract.txt"), "a contract");
}

TEST_F(Restore, StartsWithSealsSuspendedApprovalsVoidAndTokensLocked) {
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto document = instance.write_file("contract.txt", "a contract");
    const auto number = instance.approved_application({document});
    const auto folder = make_backup();
    const auto kept = checkpoint();
    lose_state();
    ASSERT_EQ(restore(folder, {"--accept-loss-from", std::to_string(entries_in(folder)), "--reason", "fire"}).exit_code, 0);
    instance.start();
    EXPECT_TRUE(instance.token_becomes("usb-1", "locked")) << "also where its PIN is in a file";
    const auto refused = instance.sealctl("li.na", {"sign", "--application", number, document.string()});
    EXPECT_EQ(refused.exit_code, 1) << refused.err;
    EXPECT_NE(refused.err.find("suspended"), std::string::npos) << refused.err;
    instance.unlock();
    EXPECT_EQ(instance.with_second_person({"seal", "resume", "contract", "--reason", "checked after the fire"}).at("state").as_string(), "done");
    const auto still = instance.sealctl("li.na", {"sign", "--application", number, document.string()});
    EXPECT_EQ(still.exit_code, 1) << "an approval from before may have been used after the backup: " << still.out;
    std::this_thread::sleep_for(std::chrono::milliseconds(1100));  // approvals say the second they were issued in
    const auto again = instance.approved_application({document});
    const auto signed_ = instance.sealctl("li.na", {"sign", "--application", again, document.string()});
    EXPECT_EQ(signed_.exit_code, 0) << signed_.err << instance.log();
    const auto entry = instance.entries("restored").at(0);
    EXPECT_EQ(entry.at("reason").as_string(), "fire");
    EXPECT_EQ(boost::json::serialize(entry.at("suspended")), R"(["contract"])");
    EXPECT_EQ(entry.at("lost").at("from"), entry.at("entries"));
}

// It may have been withdrawn after the backup, or be the key in use already.
TEST_F(Restore, NoKeyTakesOverByAPlanFromBeforeTheBackup) {
    instance.start();
    instance.unlock();
    instance.make_seal();
    instance.sealctl_json("zhang.wei", {"seal", "replace", "contract", "--reason", "a stronger key", "--self-signed-days", "30", "--at",
                                        to_rfc3339(SystemClock().now() + std::chrono::hours(48))});
    const auto folder = make_backup();
    lose_state();
    ASSERT_EQ(restore(folder, {"--accept-loss-from", std::to_string(entries_in(folder)), "--reason", "fire"}).exit_code, 0);
    instance.start();
    const auto versions = instance.sealctl_json("liu.yang", {"seal", "show", "contract"}).at("versions").as_array();
    ASSERT_EQ(versions.size(), 2U);
    EXPECT_EQ(versions.at(1).at("state").as_string(), "waiting");
    EXPECT_TRUE(versions.at(1).at("planned_at").is_null());
    EXPECT_EQ(boost::json::serialize(instance.entries("restored").at(0).at("unplanned")), R"(["contract"])");
    instance.unlock();
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
}

TEST_F(Restore, RefusesAStateFolderThatAnotherOneIsAt) {
    instance.start();
    const auto folder = make_backup();
    lose_state();
    const auto lock = instance.state() / "lock";
    const int held = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    give_to(lock, daemon_uid, 0600);
    ASSERT_EQ(::flock(held, LOCK_EX), 0);
    const std::vector<std::string> accepted{"--accept-loss-from", std::to_string(entries_in(folder)), "--reason", "fire"};
    const auto refused = restore(folder, accepted);
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("another seald is using"), std::string::npos) << refused.err;
    EXPECT_FALSE(has_state());
    ::close(held);
    EXPECT_EQ(restore(folder, accepted).exit_code, 0);
}

TEST_F(Restore, RefusesABackupWithAChangedByteInAnyFile) {
    instance.start();
    const auto folder = make_backup();
    const auto kept = checkpoint();
    lose_state();
    const std::vector<std::string> accepted{"--since", kept.string(), "--accept-loss-from", std::to_string(entries_in(folder)), "--reason", "x"};
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(folder))
        if (entry.path().filename() != "ledger.vkey") files.push_back(entry.path());  // which nobody relies on
    ASSERT_GE(files.size(), 2U);
    for (const auto& file : files) {
        const auto good = read_file(file);
        for (const std::size_t at : {std::size_t{0}, good.size() / 3, good.size() / 2, good.size() - 3}) {
            auto bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 0x01);
            std::ofstream(file, std::ios::binary | std::ios::trunc) << bad;
            const auto refused = restore(folder, accepted);
            EXPECT_EQ(refused.exit_code, 1) << file << " at " << at << ": " << refused.out;
            EXPECT_FALSE(has_state()) << file << " at " << at;
        }
        std::ofstream(file, std::ios::binary | std::ios::trunc) << good;
    }
    std::ofstream(folder / "part-000002.p7m") << "one more";
    EXPECT_NE(restore(folder, accepted).err.find("one more than the manifest says"), std::string::npos);
    fs::remove(folder / "part-000002.p7m");
    const auto good = restore(folder, accepted);
    EXPECT_EQ(good.exit_code, 0) << "as it was again: " << good.err;
}

TEST_F(Restore, RefusesAnotherLedgersBackupAndAnotherRecipientsKey) {
    instance.start();
    const auto folder = make_backup();
    const auto kept = checkpoint();
    lose_state();
    shell("openssl ecparam -name prime256v1 -genkey -noout | openssl pkcs8 -topk8 -nocrypt -out " + (keys_.path() / "other.key").string());
    give_to(keys_.path() / "other.key", daemon_uid, 0600);
    const auto key = restore(folder, {"--since", kept.string(), "--key", (keys_.path() / "other.key").string()});
    EXPECT_NE(key.exit_code, 0);
    std::ofstream(ledger_key_file(), std::ios::trunc) << "seald.test.example+6f1c7e7a+AcoJGjEGgJhyNiBZ9U0g8sNkIk9wFaG0m8m7yJbq5z1x\n";
    EXPECT_EQ(restore(folder, {"--since", kept.string()}).exit_code, 1);
    EXPECT_FALSE(has_state());
}

TEST_F(Restore, RefusesWhereThereIsAState) {
    instance.start();
    const auto folder = make_backup();
    EXPECT_EQ(instance.stop(), 0);
    const auto refused = restore(folder, {});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("only where there is none"), std::string::npos) << refused.err;
}

TEST_F(Restore, ByAnotherUserThanTheDaemonsIsRefused) {
    instance.start();
    const auto folder = make_backup();
    lose_state();
    give_to(instance.state(), daemon_uid + 40, 0777);
    const auto refused = restore(folder, {"--accept-loss-from", std::to_string(entries_in(folder)), "--reason", "fire"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("run this as that user"), std::string::npos) << refused.err;
    EXPECT_TRUE(fs::is_empty(instance.state()));
}

class RestoreOfAnOlderOne : public BackupOffice {
  protected:
    RestoreOfAnOlderOne() : BackupOffice("", "[ledger]\ncheckpoint_copies = [\"/tmp/seald-restore-test-" + std::to_string(::getpid()) + "/copy\"]\n") {}
    ~RestoreOfAnOlderOne() override {
        std::error_code ignored;
        fs::remove_all(medium(), ignored);
    }
    static fs::path medium() { return "/tmp/seald-restore-test-" + std::to_string(::getpid()); }
};

TEST_F(RestoreOfAnOlderOne, SaysHowMuchIsMissingAndGoesOnOnlyWhenToldSo) {
    fs::create_directory(medium());
    give_to(medium(), daemon_uid, 0755);
    instance.start();
    const auto folder = make_backup();
    const auto size = entries_in(folder);
    instance.grow_ledger(7);
    EXPECT_EQ(instance.stop(), 0);  // which writes the last copy
    const auto newest = std::stoull(shell("sed -n 2p " + (medium() / "copy").string()));
    lose_state();
    const auto refused = restore(folder, {});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("entries " + std::to_string(size) + " to " + std::to_string(newest - 1) + " are missing (" + std::to_string(newest - size) + ")"), std::string::npos) << refused.err;
    EXPECT_FALSE(has_state());
    EXPECT_NE(restore(folder, {"--accept-loss-from", std::to_string(size - 1), "--reason", "x"}).exit_code, 0) << "another loss than there is";
    ASSERT_EQ(restore(folder, {"--accept-loss-from", std::to_string(size), "--reason", "the disk burnt"}).exit_code, 0);
    EXPECT_TRUE(fs::exists(medium() / ("copy.lost-" + std::to_string(newest)))) << "evidence";
    instance.start();
    const auto lost = instance.entries("restored").at(0).at("lost").as_object();
    EXPECT_EQ(lost.at("from").to_number<std::uint64_t>(), size);
    EXPECT_EQ(lost.at("to").to_number<std::uint64_t>(), newest - 1);
    EXPECT_EQ(instance.stop(), 0);
}

TEST_F(Restore, WithNothingToCompareWithItAsks) {
    instance.start();
    const auto folder = make_backup();
    lose_state();
    const auto refused = restore(folder, {});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("--since"), std::string::npos) << refused.err;
    EXPECT_FALSE(has_state());
}

TEST_F(Restore, OneThatWasInterruptedIsDoneAgain) {
    instance.start();
    const auto folder = make_backup();
    const auto size = std::to_string(entries_in(folder));
    lose_state();
    fs::create_directory(instance.state() / "restoring");
    std::ofstream(instance.state() / "restoring" / "ledger.db") << "half";
    std::ofstream(instance.state() / "ledger.key") << "put in place already";
    for (const auto& entry : fs::recursive_directory_iterator(instance.state())) give_to(entry.path(), daemon_uid, entry.is_directory() ? 0700 : 0600);
    const auto restored = restore(folder, {"--accept-loss-from", size, "--reason", "fire"});
    EXPECT_EQ(restored.exit_code, 0) << restored.err;
    EXPECT_FALSE(fs::exists(instance.state() / "restoring"));
    instance.start();
}

}  // namespace
}  // namespace seald::test
