// The daemon and real witnesses on its way: `sealctl witness`, judged by Go's note package, and what happens when one is away
// or has seen another ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <regex>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

// A witness on another host, as far as the daemon can tell.
class WitnessHost {
  public:
    explicit WitnessHost(Instance& instance, std::string name) : instance_(instance), name_(std::move(name)) {
        const auto made = instance_.sealctl("sun.li", {"keygen", "--witness", "witness.example.org/" + name_, "--out", key().string()});
        if (made.exit_code != 0) fail("keygen: " + made.err);
        vkey = read_file(key().string() + ".vkey");
        vkey.pop_back();
        start();
    }
    void start() {
        fs::remove(log_file());  // else an earlier run seems to be this one
        process_ = std::make_unique<ChildProcess>(ChildProcess::Settings{
            .command = {SEALD_BUILD_DIR "/client/sealctl", "witness", "--key", key().string(), "--listen", "127.0.0.1:" + port_, "--log", instance_.ledger_key(),
                        "--state", (folder_.path() / "state").string()},
            .log = log_file()});
        process_->wait_until("listens", [&] { return said("listening at port"); });
        std::smatch found;
        const std::string text = read_file(log_file());
        if (std::regex_search(text, found, std::regex("listening at port ([0-9]+)"))) port_ = found[1];
    }
    void stop() { process_.reset(); }
    bool said(const std::string& words) const { return read_file(log_file()).find(words) != std::string::npos; }
    std::string configuration() const {
        return "[[ledger.witness]]\nname = \"" + name_ + "\"\nurl = \"" + url() + "\"\nvkey = \"" + vkey + "\"\n";
    }
    std::string url() const { return "http://127.0.0.1:" + port_; }
    std::string vkey;

  private:
    fs::path key() const { return instance_.desk() / (name_ + ".key"); }
    fs::path log_file() const { return folder_.path() / "log"; }
    Instance& instance_;
    std::string name_, port_ = "0";
    TemporaryFolder folder_{"seald-witness"};
    std::unique_ptr<ChildProcess> process_;
};

class Witnesses : public testing::Test {
  protected:
    void watched_by(const std::vector<WitnessHost*>& hosts, const std::string& ledger = "") {
        std::string extra = "[ledger]\n" + ledger;
        for (const auto* host : hosts) extra += host->configuration();
        instance.configure({.extra = extra});
    }
    std::vector<std::string> checked_for(const std::vector<WitnessHost*>& hosts, std::vector<std::string> command) {
        for (const auto* host : hosts) command.insert(command.end(), {"--witness", host->vkey});
        command.insert(command.end(), {"--ledger-key", instance.ledger_key()});
        return command;
    }
    Output verify_ledger(const std::vector<WitnessHost*>& hosts) { return instance.sealctl("liu.yang", checked_for(hosts, {"ledger", "verify"})); }
    bool within_half_a_minute(const std::function<bool()>& condition) {
        for (int tries = 0; tries < 300; ++tries, std::this_thread::sleep_for(100ms))
            if (condition()) return true;
        return false;
    }
    boost::json::object state_of(std::size_t witness) {
        return instance.http("liu.yang", "GET", "/v1/status").json().at("ledger").at("witnesses").as_array().at(witness).as_object();
    }
    std::int64_t ledger_size() { return instance.http("liu.yang", "GET", "/v1/status").json().at("ledger").at("size").as_int64(); }
    bool all_cosigned(std::size_t witness = 0) {
        return within_half_a_minute([&] { return state_of(witness).at("size").as_int64() == ledger_size(); });
    }
    // Go's opinion of a file with a checkpoint or a receipt.
    Output go_says(const fs::path& file, const std::vector<WitnessHost*>& hosts) {
        std::vector<std::string> command = {"/bin/sh", "-c", "exec \"$@\" < " + file.string(), "sh", instance.tool("tlogcheck"), "cosigned"};
        for (const auto* host : hosts) command.push_back(host->vkey);
        return instance.as("liu.yang", std::move(command));
    }
    void put_back(const fs::path& database) {
        for (const char* suffix : {"-wal", "-shm"}) fs::remove(instance.state() / ("ledger.db" + std::string(suffix)));
        fs::copy_file(database, instance.state() / "ledger.db", fs::copy_options::overwrite_existing);
        fs::remove(instance.state() / "ledger.checkpoint");  // whoever rolls back takes it along
    }
    Instance instance;
};

TEST_F(Witnesses, CosignCheckpointsThatReceiptsCarryAndGoVerifies) {
    WitnessHost a(instance, "a"), b(instance, "b");
    watched_by({&a, &b});
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto file = instance.write_file("contract.txt", "hello");
    const auto signed_file = instance.sealctl_json("li.na", {"sign", "--application", instance.approved_application({file}), file});
    const auto verify = [&] { return instance.sealctl("li.na", checked_for({&a, &b}, {"verify", file.string()})); };
    ASSERT_TRUE(all_cosigned(0) && all_cosigned(1)) << instance.log();

    // The receipt that came with the signature is older than any cosignature; a later one carries them.
    EXPECT_EQ(instance.sealctl("li.na", {"verify", file.string(), "--ledger-key", instance.ledger_key()}).exit_code, 0);
    const auto early = verify();
    EXPECT_EQ(early.exit_code, 5) << early.out;
    EXPECT_THAT(early.out, HasSubstr("sealctl ledger prove"));
    const auto index = instance.http("liu.yang", "GET", "/v1/ledger/entries?kind=outcome").json().at("entries").as_array().at(0).as_object().at("index").as_int64();
    const auto receipt = instance.sealctl("li.na", {"ledger", "prove", std::to_string(index)});
    std::ofstream(file.string() + ".receipt") << receipt.out;
    const auto late = verify();
    EXPECT_EQ(late.exit_code, 0) << late.out << late.err;
    EXPECT_THAT(late.out, HasSubstr("2 of the 2"));
    const auto judged = go_says(file.string() + ".receipt", {&a, &b});
    EXPECT_EQ(judged.exit_code, 0) << judged.err;
    EXPECT_THAT(judged.out, HasSubstr("witness.example.org/a cosigned size"));

    const auto whole = verify_ledger({&a, &b});
    EXPECT_EQ(whole.exit_code, 0) << whole.out << whole.err;
    const auto metrics = instance.http("liu.yang", "GET", "/metrics").body;
    EXPECT_THAT(metrics, HasSubstr("seald_witness_failing{witness=\"a\"} 0"));
    EXPECT_THAT(metrics, HasSubstr("seald_ledger_unwitnessed_seconds 0"));

    // Offline, from the database and an export; a stranger's key is no witness.
    instance.sealctl_json("liu.yang", {"ledger", "export", (instance.desk() / "export").string()});
    EXPECT_EQ(instance.sealctl("liu.yang", checked_for({&a, &b}, {"ledger", "verify", (instance.desk() / "export").string()})).exit_code, 0);
    WitnessHost stranger(instance, "c");
    EXPECT_EQ(verify_ledger({&a, &b, &stranger}).exit_code, 5);
    EXPECT_EQ(instance.sealctl("liu.yang", checked_for({&a, &b, &stranger}, {"ledger", "verify", "--quorum", "2"})).exit_code, 0);
    EXPECT_EQ(instance.sealctl("liu.yang", checked_for({&a, &a}, {"ledger", "verify"})).exit_code, 2);
}

TEST_F(Witnesses, OneThatIsAwayHoldsUpNothingAndCatchesUp) {
    WitnessHost a(instance, "a");
    watched_by({&a}, "witness_patience = \"1s\"\n");
    instance.start();
    instance.unlock();
    ASSERT_TRUE(all_cosigned()) << instance.log();
    a.stop();
    instance.grow_ledger(3);
    ASSERT_TRUE(within_half_a_minute([&] { return !state_of(0).at("problem").is_null(); }));
    ASSERT_TRUE(within_half_a_minute([&] { return instance.http("liu.yang", "GET", "/v1/ready").json().at("witnesses").at("code") == "witnesses-behind"; }));
    EXPECT_TRUE(instance.http("liu.yang", "GET", "/v1/ready").json().at("ready").as_bool());
    EXPECT_THAT(instance.sealctl("liu.yang", {"status"}).out, HasSubstr("not cosigned by witness a: cannot be reached"));
    EXPECT_THAT(instance.http("liu.yang", "GET", "/metrics").body, HasSubstr("seald_witness_failing{witness=\"a\"} 1"));
    a.start();
    ASSERT_TRUE(all_cosigned()) << instance.log();
    EXPECT_EQ(verify_ledger({&a}).exit_code, 0);
    EXPECT_TRUE(instance.http("liu.yang", "GET", "/v1/ready").json().at("witnesses").at("ready").as_bool());

    // Over a restart of the daemon, too.
    EXPECT_EQ(instance.stop(), 0);
    instance.start();
    EXPECT_TRUE(all_cosigned()) << instance.log();
}

TEST_F(Witnesses, ADaemonWithYesterdaysDatabaseDoesNotStart) {
    WitnessHost a(instance, "a");
    watched_by({&a});
    instance.start();
    instance.stop();
    fs::copy_file(instance.state() / "ledger.db", instance.folder() / "yesterday.db");
    instance.start();
    instance.grow_ledger(5);
    ASSERT_TRUE(all_cosigned());
    instance.stop();
    fs::copy_file(instance.state() / "ledger.db", instance.folder() / "today.db");
    put_back(instance.folder() / "yesterday.db");
    for (int start = 0; start < 2; ++start) {  // the witness's word first, then what was recorded of it
        if (start == 1) a.stop();
        const auto refused = instance.seald({});
        EXPECT_EQ(refused.exit_code, 1);
        EXPECT_THAT(refused.err, HasSubstr("the ledger was rolled back"));
        EXPECT_THAT(refused.err, HasSubstr("Put the newer database back"));
    }
    put_back(instance.folder() / "today.db");
    a.start();
    instance.start();
    EXPECT_TRUE(all_cosigned()) << instance.log();
}

TEST_F(Witnesses, ADaemonThatForkedWhileItsWitnessWasAwayStops) {
    WitnessHost a(instance, "a");
    watched_by({&a});
    instance.start();
    instance.stop();
    fs::copy_file(instance.state() / "ledger.db", instance.folder() / "yesterday.db");
    instance.start();
    instance.grow_ledger(2);
    ASSERT_TRUE(all_cosigned());
    instance.stop();
    a.stop();
    put_back(instance.folder() / "yesterday.db");
    instance.start();  // nobody can tell
    instance.grow_ledger(20);
    a.start();
    ASSERT_TRUE(within_half_a_minute([&] { return instance.log().find("the ledger was forked") != std::string::npos; })) << instance.log();
    const std::string stat = "/proc/" + std::to_string(instance.pid()) + "/stat";
    EXPECT_TRUE(within_half_a_minute([&] { return read_file(stat).find(") Z ") != std::string::npos; })) << "it ends by itself";
    ASSERT_EQ(instance.stop(), 1);
    EXPECT_TRUE(a.said("without a proof"));
    const auto refused = instance.seald({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, HasSubstr("take the witness out of seald.toml"));

    // On purpose, without the witness: the ledger says that it was contradicted, and that nobody witnesses it now.
    instance.configure({});
    instance.start();
    EXPECT_EQ(instance.entries("ledger-contradicted").size(), 1u);
    EXPECT_FALSE(instance.entries("daemon-started").back().contains("witnesses"));
}

TEST_F(Witnesses, StrangersCostAWitnessLittle) {
    WitnessHost a(instance, "a");
    const auto status = [&](std::vector<std::string> more) {
        std::vector<std::string> command = {"/usr/bin/curl", "-s", "-o", "/dev/null", "-w", "%{http_code}"};
        command.insert(command.end(), more.begin(), more.end());
        return instance.as("li.na", std::move(command)).out;
    };
    const std::string url = a.url() + "/add-checkpoint";
    EXPECT_EQ(status({url}), "405");
    EXPECT_EQ(status({"-d", "old 0", a.url() + "/other"}), "404");
    EXPECT_EQ(status({"-d", "nonsense", url}), "400");
    const auto large = instance.write_file("large", std::string(70'000, 'x'));
    EXPECT_EQ(status({"--data-binary", "@" + large.string(), url}), "413");
    // Who says nothing is cut off, and many of them keep nobody out for long.
    const auto silent = instance.as("li.na", {"/usr/bin/python3", "-c",
                                              "import socket,sys,time\n"
                                              "all=[socket.create_connection(('127.0.0.1',int(sys.argv[1]))) for _ in range(64)]\n"
                                              "began=time.time()\n"
                                              "for each in all: each.settimeout(30); each.recv(1)\n"
                                              "print(time.time()-began<20)",
                                              a.url().substr(a.url().rfind(':') + 1)});
    EXPECT_EQ(silent.out, "True\n") << silent.err;
    EXPECT_EQ(status({"-d", "nonsense", url}), "400");
}

// A witness that nobody here wrote the checks of: Python's, over TLS.
TEST_F(Witnesses, AnotherProgramsWitnessIsAskedOverTls) {
    TestCa ca{"Witness CA"}, stranger{"Another CA"};
    const auto identity = ca.issue({.common_name = "witness", .names = {"IP:127.0.0.1"}});
    const auto put = [&](const std::string& name, const std::string& content) { return instance.write_file(name, content).string(); };
    const auto trusted = put("witness-ca.pem", ca.certificate());
    const auto log = instance.folder() / "tls-witness.log";
    ChildProcess witness({.command = {"/usr/bin/python3", SEALD_SOURCE_DIR "/tests/support/tls_witness.py", put("w.pem", identity.certificate), put("w.key", identity.key),
                                      instance.ledger_key()},
                          .log = log});
    std::smatch found;
    std::string text;
    witness.wait_until("listens", [&] {
        text = read_file(log);
        return std::regex_search(text, found, std::regex("port ([0-9]+)\nvkey ([^\n]+)\n"));
    });
    const std::string port = found[1], vkey = found[2];
    const auto asked_with = [&](const std::string& ca_file) {
        instance.configure({.extra = "[[ledger.witness]]\nname = \"python\"\nurl = \"https://127.0.0.1:" + port + "/prefix/\"\nvkey = \"" + vkey + "\"\nca = \"" + ca_file +
                                     "\"\n"});
    };
    asked_with(put("another-ca.pem", stranger.certificate()));
    instance.start();
    ASSERT_TRUE(within_half_a_minute([&] { return !state_of(0).at("problem").is_null(); }));
    EXPECT_THAT(std::string(state_of(0).at("problem").as_string()), HasSubstr("is not accepted"));
    instance.stop();

    asked_with(trusted);
    instance.start();
    ASSERT_TRUE(all_cosigned()) << instance.log();
    instance.grow_ledger(300);
    ASSERT_TRUE(all_cosigned()) << instance.log();
    const auto verified = instance.sealctl("liu.yang", {"ledger", "verify", "--witness", vkey, "--ledger-key", instance.ledger_key()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
}

}  // namespace
}  // namespace seald::test
