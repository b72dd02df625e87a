// Destroying a seal (銷毀): three persons, the key gone from its tokens, and a certificate that anyone can check.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <thread>

#include "tests/daemon/card_seals.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/pin_file.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/faulty_module.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

// What another program sees on a token, after login.
std::string objects_on(const std::string& label) {
    return run_tool("pkcs11-tool --module " + SoftHsm::module() + " --token-label '" + label + "' --login --pin 1234 -O 2>&1").out;
}

class Destruction : public ::testing::Test {
  protected:
    void cancel(Instance& instance) { instance.with_second_person({"seal", "cancel", "contract", "--reason", "replaced"}); }
    std::string ask(Instance& instance, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"seal", "destroy", "contract", "--reason", "not needed any more"};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return std::string(instance.sealctl_json("zhang.wei", arguments).at("number").as_string());
    }
    std::string state(Instance& instance) { return std::string(instance.http("li.na", "GET", "/v1/seals/contract").json().at("state").as_string()); }
    Output verify(Instance& instance, const fs::path& file) { return instance.sealctl_at("unix:/nowhere", "nobody", {"verify", file, "--ledger-key", instance.ledger_key()}); }
};

TEST_F(Destruction, TakesTwoWitnessesAndLeavesACertificateThatVerifiesOffline) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    instance.make_seal("other");
    const auto key_id = std::string(instance.http("zhang.wei", "GET", "/v1/seals/contract").json().at("key_id").as_string());
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "destroy", "contract", "--reason", "x"}).exit_code, 1) << "a seal in force is cancelled first";
    cancel(instance);
    const auto act = ask(instance);
    EXPECT_EQ(instance.confirm("zhang.wei", act).exit_code, 1);
    const auto first = instance.confirm("guo.jing", act);
    EXPECT_EQ(first.exit_code, 0) << first.err;
    EXPECT_THAT(first.out, HasSubstr("waits for 1 more person"));
    EXPECT_EQ(instance.confirm("guo.jing", act).exit_code, 1) << "not twice the same";
    EXPECT_THAT(objects_on("Seal Key 1"), HasSubstr(key_id)) << "still there";
    EXPECT_EQ(state(instance), "cancelled");

    const auto second = instance.confirm("liu.yang", act);
    EXPECT_EQ(second.exit_code, 0) << second.err << second.out;
    EXPECT_EQ(state(instance), "destroyed");
    const auto objects = objects_on("Seal Key 1");
    EXPECT_THAT(objects, Not(HasSubstr(key_id)));
    EXPECT_THAT(objects, HasSubstr("other")) << "and no other key";
    EXPECT_EQ(instance.entries("key-destroyed").size(), 1u);
    const auto entry = instance.entries("seal-destroyed").at(0);
    EXPECT_EQ(entry.at("witnesses").as_array().size(), 2u);

    const auto file = instance.desk() / "contract.destroyed";
    ASSERT_EQ(instance.sealctl("liu.yang", {"seal", "destroyed", "contract", "-o", file}).exit_code, 0);
    const auto text = read_file(file);
    EXPECT_THAT(text, testing::AllOf(HasSubstr("CERTIFICATE OF DESTRUCTION"), HasSubstr("郭靜"), HasSubstr("劉洋"), HasSubstr(key_id), HasSubstr("not needed any more")));
    const auto good = verify(instance, file);
    EXPECT_EQ(good.exit_code, 0) << good.out << good.err;
    EXPECT_THAT(good.out, testing::AllOf(HasSubstr("signed by guo.jing"), HasSubstr("signed by liu.yang")));
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);

    const auto spoil = [&](const std::string& what, const std::string& by) {
        auto spoilt = text;
        spoilt.replace(spoilt.find(what), what.size(), by);
        return verify(instance, instance.write_file("spoilt", spoilt));
    };
    const auto words = spoil("not needed any more", "not needed anymore!");
    EXPECT_EQ(words.exit_code, 5) << words.out;
    EXPECT_EQ(spoil("郭靜", "郭静").exit_code, 5) << "whoever is named as a witness";
    const auto other_ledger = instance.sealctl_at("unix:/nowhere", "nobody", {"verify", file, "--ledger-key", "seald.test.example+9b6dc4a5+AQNuLRP3jAkWKnqPPvBYFUBZQ2TRXRRXCAKhKBQ2FYSJ"});
    EXPECT_NE(other_ledger.exit_code, 0);
}

TEST_F(Destruction, IsOfTheKeysOfEveryVersion) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    instance.sealctl_json("zhang.wei", {"seal", "replace", "contract", "--reason", "a year is over", "--self-signed-days", "30"});
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    EXPECT_THAT(objects_on("Seal Key 1"), HasSubstr("Private Key")) << "of both versions";
    cancel(instance);
    const auto act = ask(instance);
    ASSERT_EQ(instance.confirm("guo.jing", act).exit_code, 0);
    ASSERT_EQ(instance.confirm("liu.yang", act).exit_code, 0);
    EXPECT_EQ(state(instance), "destroyed");
    EXPECT_THAT(objects_on("Seal Key 1"), Not(HasSubstr("Private Key")));
    EXPECT_EQ(instance.entries("key-destroyed").size(), 2u);
}

TEST_F(Destruction, AMissingTokenIsNamedAndItIsCompletedLater) {
    Instance instance({.second_pin = "prompt"});
    instance.start();
    instance.unlock("usb-1"), instance.unlock("usb-2");
    instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "T", "--owner", "O", "--token", "usb-1", "--algorithm", "ec-p256",
                                        "--self-signed-days", "30", "--wrappable"});
    instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"});
    cancel(instance);
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-2"});
    const auto act = ask(instance);
    ASSERT_EQ(instance.confirm("guo.jing", act).exit_code, 0);
    const auto second = instance.confirm("liu.yang", act);
    EXPECT_EQ(second.exit_code, 4) << second.out;
    EXPECT_THAT(second.out, testing::AllOf(HasSubstr("usb-2"), HasSubstr("sealctl act complete " + act)));
    EXPECT_EQ(state(instance), "cancelled");
    EXPECT_THAT(objects_on("Seal Key 1"), Not(HasSubstr("contract")));
    EXPECT_THAT(objects_on("Seal Key 2"), HasSubstr("contract"));
    instance.unlock("usb-2");
    const auto completed = instance.sealctl("zhang.wei", {"act", "complete", act});
    EXPECT_EQ(completed.exit_code, 0) << completed.err;
    EXPECT_THAT(objects_on("Seal Key 2"), Not(HasSubstr("contract")));
    EXPECT_EQ(state(instance), "destroyed");
    EXPECT_EQ(instance.entries("seal-destroyed").at(0).at("keys").as_array().size(), 2u);
}

TEST_F(Destruction, ADeviceThatIsGoneIsWitnessedAsSuch) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    instance.sealctl("liu.yang", {"seal", "lost", "contract", "--reason", "stolen with the bag"});
    cancel(instance);
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "destroy", "contract", "--reason", "x", "--device", "usb-9"}).exit_code, 1);
    const auto act = ask(instance, {"--device", "usb-1"});
    EXPECT_THAT(instance.sealctl("liu.yang", {"act", "show", act}).out, HasSubstr("parameters.devices[0]"));
    ASSERT_EQ(instance.confirm("guo.jing", act).exit_code, 0);
    EXPECT_EQ(instance.confirm("liu.yang", act).exit_code, 0);
    EXPECT_EQ(state(instance), "destroyed");
    EXPECT_THAT(instance.sealctl("liu.yang", {"seal", "destroyed", "contract"}).out, HasSubstr("device destroyed before the witnesses"));
}

// OpenSC's card can neither make keys nor destroy them.
TEST_F(Destruction, ACardThatDestroysNoKeysIsDestroyedItself) {
    VirtualCards cards;
    Instance instance({.token_extra = card_token("card-a", cards.a, "prompt")});
    instance.start();
    ASSERT_TRUE(instance.token_becomes("card-a", "locked"));
    ASSERT_EQ(instance.sealctl("zhang.wei", {"token", "unlock", "card-a", "--pin-file", "-"}, VirtualCard::pin() + "\n").exit_code, 0);
    enrol_card(instance, "contract", cards.a);
    cancel(instance);
    const auto act = ask(instance);
    ASSERT_EQ(instance.confirm("guo.jing", act).exit_code, 0);
    const auto second = instance.confirm("liu.yang", act);
    EXPECT_EQ(second.exit_code, 4) << second.out << second.err;
    EXPECT_THAT(second.out, HasSubstr("seal destroy --device")) << instance.log();
    EXPECT_EQ(state(instance), "cancelled");
    ASSERT_EQ(instance.sealctl("zhang.wei", {"act", "withdraw", act, "--reason", "the card is cut up"}).exit_code, 0);
    const auto by_hand = ask(instance, {"--device", "card-a"});
    ASSERT_EQ(instance.confirm("guo.jing", by_hand).exit_code, 0);
    EXPECT_EQ(instance.confirm("liu.yang", by_hand).exit_code, 0);
    EXPECT_EQ(state(instance), "destroyed");
}

TEST_F(Destruction, EndsWithTheKeyThatIsBeingDestroyedWhenItIsWithdrawn) {
    const fs::path rules = fs::temp_directory_path() / ("seald-withdraw-rules-" + std::to_string(::getpid()));
    fs::create_directory(rules);
    fs::permissions(rules, fs::perms::all);
    FaultyModule faults(rules, SoftHsm::module());
    Instance instance({.module = FaultyModule::module(), .second_pin = "prompt"});
    instance.start();
    instance.unlock("usb-1"), instance.unlock("usb-2");
    instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "T", "--owner", "O", "--token", "usb-1", "--algorithm", "ec-p256",
                                        "--self-signed-days", "30", "--wrappable"});
    instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"});
    cancel(instance);
    const auto act = ask(instance);
    ASSERT_EQ(instance.confirm("guo.jing", act).exit_code, 0);
    const int before = faults.calls_of("C_DestroyObject");
    faults.misbehave("C_FindObjectsInit delay 1000\n");  // usb-1's look afterwards takes its time
    Output second;
    std::thread witness([&] { second = instance.confirm("liu.yang", act); });
    for (int looks = 0; faults.calls_of("C_DestroyObject") < before + 2 && looks < 2000; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    EXPECT_EQ(instance.sealctl("zhang.wei", {"act", "withdraw", act, "--reason", "the other one is evidence"}).exit_code, 0);
    witness.join();
    EXPECT_THAT(second.out, testing::AllOf(HasSubstr("withdrawn"), Not(HasSubstr("act complete")))) << second.err;
    EXPECT_THAT(objects_on("Seal Key 1"), Not(HasSubstr("contract")));
    EXPECT_THAT(objects_on("Seal Key 2"), HasSubstr("contract"));
    EXPECT_EQ(instance.entries("key-destroyed").size(), 1u) << "what is gone is known to be gone";
    EXPECT_EQ(state(instance), "cancelled");
    fs::remove_all(rules);
}

// kill -9 after the token destroyed the key, and before the ledger says so.
TEST_F(Destruction, IsCompletedAfterAKillInTheMiddleOfIt) {
    const fs::path rules = fs::temp_directory_path() / ("seald-destroy-rules-" + std::to_string(::getpid()));
    fs::create_directory(rules);
    fs::permissions(rules, fs::perms::all);
    FaultyModule faults(rules, SoftHsm::module());
    Instance instance({.module = FaultyModule::module()});
    instance.start();
    instance.unlock();
    instance.make_seal();
    cancel(instance);
    const auto act = ask(instance);
    ASSERT_EQ(instance.confirm("guo.jing", act).exit_code, 0);
    const int before = faults.calls_of("C_DestroyObject");
    faults.misbehave("C_FindObjectsInit delay 500\n");  // the look afterwards takes its time
    std::thread second([&] { instance.confirm("liu.yang", act); });
    for (int looks = 0; faults.calls_of("C_DestroyObject") < before + 2 && looks < 2000; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(5));
    instance.kill9();
    second.join();
    faults.behave();
    EXPECT_THAT(objects_on("Seal Key 1"), Not(HasSubstr("contract"))) << "the key is gone";
    instance.start();
    instance.unlock();
    EXPECT_EQ(state(instance), "cancelled");
    EXPECT_EQ(instance.entries("key-destroyed").size(), 0u) << "and nothing says so yet";
    const auto completed = instance.sealctl("liu.yang", {"act", "complete", act});
    EXPECT_EQ(completed.exit_code, 0) << completed.err << instance.log();
    EXPECT_EQ(state(instance), "destroyed");
    EXPECT_EQ(instance.entries("key-destroyed").size(), 1u);
    EXPECT_EQ(instance.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", instance.ledger_key()}).exit_code, 0);
    fs::remove_all(rules);
}

}  // namespace
}  // namespace seald::test
