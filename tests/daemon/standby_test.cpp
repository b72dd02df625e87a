// A seal whose key is on two tokens: it goes on when the first is gone, and nothing is signed twice.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <fstream>
#include <regex>

#include "tests/daemon/outside.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

class Standby : public ::testing::Test {
  protected:
    void start(Instance& instance) {
        instance.start();
        instance.unlock("usb-1");
        instance.unlock("usb-2");
        instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "合同專用章", "--owner", "Example Ltd", "--token",
                                            "usb-1", "--algorithm", "ec-p256", "--self-signed-days", "30", "--wrappable"});
        EXPECT_EQ(instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"}).at("state").as_string(), "done");
        const auto seal = instance.sealctl_json("zhang.wei", {"seal", "show", "contract"});
        EXPECT_EQ(seal.at("standby").as_array().size(), 1u);
        instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "42", "--date", "2026-11-24"});
        instance.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "a test"});
        std::ofstream(instance.desk() / "contract.pem") << seal.at("certificate").as_object().at("pem").as_string().c_str();
    }
    // Seals a new document and has openssl look at it; the token that made the signature, as the ledger says.
    std::string seal_one(Instance& instance, const std::string& name) {
        const auto file = instance.write_file(name, "text of " + name);
        const auto number = instance.approved_application({file});
        const auto sealed = instance.sealctl("li.na", {"sign", "--application", number, file.string()});
        EXPECT_EQ(sealed.exit_code, 0) << sealed.err << instance.log();
        EXPECT_TRUE(openssl_verifies(file, instance.desk() / "contract.pem"));
        return std::string(instance.entries("outcome").back().at("token").as_string());
    }
};

TEST_F(Standby, SignsWhenTheFirstTokenIsLocked) {
    Instance instance({.second_pin = "prompt"});
    start(instance);
    EXPECT_EQ(seal_one(instance, "one.txt"), "usb-1");
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
    EXPECT_EQ(seal_one(instance, "two.txt"), "usb-2");
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-2"});
    const auto file = instance.write_file("three.txt", "three");
    const auto number = instance.approved_application({file});
    const auto refused = instance.sealctl("li.na", {"sign", "--application", number, file.string()});
    EXPECT_EQ(refused.exit_code, 4);
    EXPECT_THAT(refused.err, ::testing::AllOf(HasSubstr("unlock usb-1"), HasSubstr("unlock usb-2")));
    const auto made = instance.entries("seal-made").back(), moved = instance.entries("seal-standby").back();
    EXPECT_TRUE(made.at("key_attributes").as_object().at("extractable").as_bool());
    EXPECT_EQ(moved.at("token").as_string(), "usb-2");
}

// Sixteen at once, and the last one's turn comes long after sign_timeout: that is no reason for another token to sign.
TEST_F(Standby, ASlowTokenThatSignsOneAtATimeSealsALargeRequestByItself) {
    TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule module(folder.path(), SoftHsm::module());
    Instance instance({.module = FaultyModule::module(),
                       .token_extra = "sign_timeout = \"1s\"\n[[token.quirk]]\nname = \"one-at-a-time\"\nreason = \"a test\"",
                       .second_pin = "prompt"});
    start(instance);
    std::vector<std::filesystem::path> files;
    for (int i = 0; i < 16; ++i) files.push_back(instance.write_file("slow" + std::to_string(i), "slow " + std::to_string(i)));
    std::vector<std::string> command{"sign", "--application", instance.approved_application(files)};
    for (const auto& file : files) command.push_back(file);
    module.misbehave("C_Sign delay 200");
    const auto began = std::chrono::steady_clock::now();
    const auto sealed = instance.sealctl("li.na", command);
    EXPECT_EQ(sealed.exit_code, 0) << sealed.err << instance.log();
    EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(16 * 200)) << "two were with the token at once";
    EXPECT_EQ(instance.entries("fail-over").size(), 0u);
}

TEST_F(Standby, TakesOverInTheMiddleOfARequestAndSaysSo) {
    TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule module(folder.path(), SoftHsm::module());
    Instance instance({.module = FaultyModule::module(), .second_pin = "prompt"});
    start(instance);
    module.misbehave("C_Sign fail 0x30");  // on usb-1 only: usb-2 has SoftHSM's own module
    EXPECT_EQ(seal_one(instance, "one.txt"), "usb-2");
    const auto fail_overs = instance.entries("fail-over");
    ASSERT_EQ(fail_overs.size(), 1u);
    EXPECT_EQ(fail_overs[0].at("token").as_string(), "usb-2");
    EXPECT_EQ(fail_overs[0].at("instead_of").as_string(), "usb-1");
    EXPECT_EQ(instance.entries("intent").size(), 1u);
    EXPECT_EQ(instance.entries("outcome").size(), 1u);
    std::smatch failure;
    const std::string log = instance.log();
    ASSERT_TRUE(std::regex_search(log, failure, std::regex("seald-token: request=([0-9a-f]+) not signed: C_Sign: CKR_DEVICE_ERROR"))) << log;
    EXPECT_THAT(log, HasSubstr("request=" + failure.str(1) + " caller=li.na")) << "the request's own line";
}

// As after a kill -9 between the move and the register: the key is across, and the next try finds it there.
TEST_F(Standby, AMoveThatWasNotRecordedCanBeRepeated) {
    Instance instance({.second_pin = "prompt"});
    start(instance);
    instance.stop();
    ASSERT_EQ(run_tool("sqlite3 " + (instance.state() / "ledger.db").string() + " 'DELETE FROM seal_standby'").out, "");
    instance.start();
    instance.unlock("usb-1");
    instance.unlock("usb-2");
    EXPECT_TRUE(instance.sealctl_json("zhang.wei", {"seal", "show", "contract"}).at("standby").as_array().empty());
    instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"});
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
    EXPECT_EQ(seal_one(instance, "one.txt"), "usb-2");
}

TEST_F(Standby, IsRefusedForAKeyThatMustStayWhereItIs) {
    Instance instance({.second_pin = "prompt"});
    instance.start();
    instance.unlock("usb-1");
    instance.unlock("usb-2");
    instance.make_seal();
    const auto refused = instance.sealctl("zhang.wei", {"seal", "standby", "contract", "--token", "usb-2"});
    EXPECT_EQ(refused.exit_code, 2) << refused.err;
    EXPECT_THAT(refused.err, HasSubstr("--wrappable"));
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "standby", "contract", "--token", "usb-1"}).exit_code, 1);
}

}  // namespace
}  // namespace seald::test
