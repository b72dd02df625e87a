// The daemon and real witnesses on its way: `sealctl witness`, judged by Go's note package, and what happens when one is away
// or has seen another ledger.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fstream>
#include <functional>
#include <memory>
#include <regex>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/daemon/witness_host.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

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

// 422 is what a witness says of a fork, and what a proxy may say of anything.
TEST_F(Witnesses, SomethingElseAtItsAddressStopsNobody) {
    WitnessHost a(instance, "a");
    watched_by({&a});
    instance.start();
    ASSERT_TRUE(all_cosigned());
    a.stop();
    {
        const ChildProcess proxy({.command = {"/usr/bin/python3", "-c", R"(
import http.server
class Proxy(http.server.BaseHTTPRequestHandler):
    def do_POST(self): self.send_response(422); self.end_headers()
http.server.HTTPServer(("127.0.0.1", )" + a.url().substr(a.url().rfind(':') + 1) + "), Proxy).serve_forever()"}, .log = instance.folder() / "proxy.log"});
        instance.grow_ledger(3);
        ASSERT_TRUE(within_half_a_minute([&] { return boost::json::serialize(state_of(0)).find("something before it") != std::string::npos; })) << instance.log();
        EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/health").status, 200);
    }
    a.start();
    EXPECT_TRUE(all_cosigned()) << instance.log();
    EXPECT_TRUE(instance.entries("ledger-contradicted").empty());
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
