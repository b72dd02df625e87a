// Starting and stopping: --init once, --check-config, what is refused, and what a seal's state was.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/daemon/instance.hpp"

namespace seald::test {
namespace {

TEST(Start, MakesTheStateOnceAndRefusesASecondTime) {
    Instance instance;  // has run --init
    const auto again = instance.seald({"--init"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_NE(again.err.find("already"), std::string::npos) << again.err;
}

TEST(Start, MakesNoStateBesideAnEarlierLedgersCheckpoint) {
    Instance instance;
    for (const auto& file : std::filesystem::directory_iterator(instance.state()))
        if (file.path().filename() != "ledger.checkpoint") std::filesystem::remove_all(file);
    const auto refused = instance.seald({"--init"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("keep it for the auditors"), std::string::npos) << refused.err;
    EXPECT_FALSE(std::filesystem::exists(instance.state() / "ledger.db")) << "nothing is made half";
    std::filesystem::remove(instance.state() / "ledger.checkpoint");
    EXPECT_EQ(instance.seald({"--init"}).exit_code, 0);
}

TEST(Start, IsRefusedWithoutAState) {
    Instance instance;
    std::filesystem::remove_all(instance.state());
    const auto refused = instance.seald({});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_NE(refused.err.find("--init"), std::string::npos) << refused.err;
    EXPECT_FALSE(std::filesystem::exists(instance.state())) << "a missing state never becomes a fresh one by itself";
}

TEST(Start, SaysEveryMistakeInTheConfigurationWithItsLine) {
    Instance instance;
    std::ofstream(instance.configuration(), std::ios::app) << "\n[seal.finance]\nuser = []\napproval_ttl = \"soon\"\n";
    const auto checked = instance.seald({"--check-config"});
    EXPECT_EQ(checked.exit_code, 2);
    EXPECT_NE(checked.err.find("users"), std::string::npos) << checked.err;
    EXPECT_NE(checked.err.find("approval_ttl"), std::string::npos) << checked.err;
    EXPECT_NE(checked.err.find("seald.toml:"), std::string::npos) << checked.err;
}

TEST(Start, IsRefusedWhileAnotherDaemonHoldsTheState) {
    Instance instance;
    instance.start();
    const auto second = instance.seald({});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_EQ(instance.http("nobody", "GET", "/v1/health").status, 200) << "the first one goes on";
}

TEST(Start, StopsInOrderAndRemembersEverything) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    EXPECT_EQ(instance.stop(), 0);
    instance.start();
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals/contract").json().at("state").as_string(), "in-force");
    EXPECT_EQ(instance.entries("daemon-stopped").size(), 1u);
}

TEST(Start, TellsTheStateOfASealAtATime) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    const auto in_force = to_rfc3339(SystemClock().now());
    ASSERT_EQ(instance.sealctl("zhang.wei", {"seal", "suspend", "contract", "--reason", "test"}).exit_code, 0);
    EXPECT_EQ(instance.sealctl_json("li.na", {"seal", "show", "contract", "--at", in_force}).at("state").as_string(), "in-force");
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals/contract?at=" + to_rfc3339(SystemClock().now())).json().at("state").as_string(), "suspended");
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/seals/contract?at=2020-01-01T00:00:00Z").status, 404);
}

TEST(Start, MakesASealWithACertificateFromOutside) {
    Instance instance;
    instance.start();
    instance.unlock();
    const auto csr = instance.desk() / "contract.csr";
    instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "合同專用章", "--owner", "Example Ltd",
                                        "--token", "usb-1", "--algorithm", "ec-p384", "--csr", csr.string()});
    const auto folder = instance.desk().string();
    const auto issued = SoftHsm::run("cd " + folder + " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem "
                                     "-subj /CN=CA -days 30 && openssl x509 -req -in contract.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 20 -out contract.pem "
                                     "&& chmod 644 ca.pem contract.pem");
    EXPECT_NE(instance.sealctl("zhang.wei", {"seal", "certificate", "contract", "--import", folder + "/ca.pem"}).exit_code, 0) << "another key's";
    instance.sealctl_json("zhang.wei", {"seal", "certificate", "contract", "--import", folder + "/contract.pem"});
    instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "1", "--date", "2026-11-23"});
    instance.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "test"});
    const auto file = instance.write_file("letter.txt", "hello");
    const auto number = instance.approved_application({file});
    EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number, file}).exit_code, 0);
    EXPECT_EQ(instance.sealctl("li.na", {"verify", file, "--trust", folder + "/ca.pem", "--ledger-key", instance.ledger_key()}).exit_code, 0);
}

}  // namespace
}  // namespace seald::test
