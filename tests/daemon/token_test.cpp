// What a custodian meets: locked, unlocked, a wrong PIN, and a PIN file that is wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tests/daemon/pin_file.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

int errors_in(const std::string& log) {
    int count = 0;
    for (auto at = log.find(" error "); at != std::string::npos; at = log.find(" error ", at + 1)) ++count;
    return count;
}

TEST(TokenDesk, UnlocksWithTheTypedPinAndLocksAgain) {
    Instance instance;
    instance.start();
    EXPECT_TRUE(instance.token_becomes("usb-1", "locked"));
    instance.unlock();
    EXPECT_EQ(instance.sealctl_json("zhang.wei", {"token", "show", "usb-1"}).at("state").as_string(), "ready");
    EXPECT_EQ(instance.sealctl("zhang.wei", {"token", "lock", "usb-1"}).exit_code, 0);
    EXPECT_EQ(instance.sealctl_json("zhang.wei", {"token", "show", "usb-1"}).at("state").as_string(), "locked");
    EXPECT_EQ(instance.entries("token-unlock").size(), 1u);
    EXPECT_EQ(instance.entries("token-lock").size(), 1u);
}

TEST(TokenDesk, RefusesAWrongPinAndAnEmptyOneWithWords) {
    Instance instance;
    instance.start();
    const auto wrong = instance.sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-file", "-"}, "9999\n");
    EXPECT_EQ(wrong.exit_code, 1) << wrong.err;
    EXPECT_NE(wrong.err.find("pin-incorrect"), std::string::npos) << wrong.err;
    EXPECT_EQ(instance.sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-file", "-"}, "\n").exit_code, 2);
    EXPECT_EQ(instance.log().find("9999"), std::string::npos);
    instance.unlock();
}

TEST(TokenDesk, LetsNobodyElseUnlockIt) {
    Instance instance;
    instance.start();
    for (const char* person : {"li.na", "chen.jie", "liu.yang", "erp"})
        EXPECT_EQ(instance.http(person, "POST", "/v1/tokens/usb-1/unlock", "{}").rule(), "role-required") << person;
}

TEST(TokenDesk, SendsAWrongPinFromAFileOnceOverTenRestarts) {
    const PinFile pin("4321");
    {
        Instance instance({.pin = pin.source()});
        for (int run = 1; run <= 10; ++run) {
            instance.start();
            // Each run says once, as an error, that the PIN was refused or that it is not sent again.
            for (int tries = 0; tries < 1000 && errors_in(instance.log()) < run; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
            ASSERT_EQ(errors_in(instance.log()), run) << instance.log();
            instance.stop();
        }
        instance.start();
        EXPECT_EQ(instance.entries("token-unlock-attempt").size(), 1u) << instance.log();
    }
}

TEST(TokenDesk, DoesNotSendAPinByItselfAfterALoginOfWhichNobodyKnowsTheEnd) {
    const TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    const PinFile pin;
    FaultyModule faults(folder.path(), SoftHsm::module());
    {
        Instance instance({.pin = pin.source(), .module = FaultyModule::module()});
        faults.misbehave("C_Login crash");
        instance.start();
        for (int tries = 0; tries < 1000 && errors_in(instance.log()) < 2; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_EQ(faults.calls_of("C_Login"), 1);
        // A custodian insists, and the module dies of it again: a try, or none; so it is not repeated by itself.
        for (int tries = 0; tries < 200 && faults.calls_of("C_Login") < 2; ++tries) {
            instance.http("zhang.wei", "POST", "/v1/tokens/usb-1/unlock", "{}");
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        ASSERT_EQ(faults.calls_of("C_Login"), 2) << instance.log();
        faults.behave();
        instance.stop();
        instance.start();
        const std::string words = "no automatic login: how the last attempt";
        for (int tries = 0; tries < 1000 && instance.log().find(words) == std::string::npos; ++tries) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_NE(instance.log().find(words), std::string::npos) << instance.log();
        EXPECT_EQ(faults.calls_of("C_Login"), 2) << instance.log();
    }
}

TEST(TokenDesk, IsUnlockedByAPinFileWithoutAnybody) {
    const PinFile pin;
    {
        Instance instance({.pin = pin.source()});
        instance.start();
        std::string state;
        for (int tries = 0; tries < 300 && state != "ready"; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            state = std::string(instance.http("zhang.wei", "GET", "/v1/tokens/usb-1").json().at("state").as_string());
        }
        EXPECT_EQ(state, "ready") << instance.log();
        instance.make_seal();
    }
}

TEST(TokenDesk, LocksATokenWhenItsLeaseIsUsedUpAndSaysWhoseItWas) {
    Instance instance;
    instance.start();
    instance.unlock();
    instance.make_seal();
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
    instance.unlock("usb-1", {"--for", "30m", "--uses", "2"});
    const auto lease = instance.sealctl_json("li.na", {"token", "show", "usb-1"}).at("lease").as_object();
    EXPECT_EQ(lease.at("by").as_string(), "zhang.wei");
    EXPECT_EQ(lease.at("uses").as_int64(), 2);
    EXPECT_TRUE(lease.at("until").is_string());
    const auto one = instance.write_file("one.txt", "1"), two = instance.write_file("two.txt", "2"), three = instance.write_file("three.txt", "3");
    const auto number = instance.approved_application({one, two, three});
    const auto too_many = instance.sealctl("li.na", {"sign", "--application", number, one.string(), two.string(), three.string()});
    EXPECT_EQ(too_many.exit_code, 4) << too_many.err;
    EXPECT_NE(too_many.err.find("for 2 uses, 2 are left, 3 are needed"), std::string::npos) << too_many.err;
    for (const auto& file : {one, two}) EXPECT_EQ(instance.sealctl("li.na", {"sign", "--application", number, file.string()}).exit_code, 0);
    const auto locked = instance.sealctl("li.na", {"sign", "--application", number, three.string()});
    EXPECT_EQ(locked.exit_code, 4) << locked.err;
    std::string words;
    for (int looks = 0; looks < 500 && words.empty(); ++looks) {
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
        for (const auto& event : instance.entries("token-event"))
            if (event.at("event").as_string() == "locked") words = event.at("words").as_string().c_str();
    }
    EXPECT_NE(words.find("its uses were used up; it was unlocked by zhang.wei"), std::string::npos) << words;
}

TEST(TokenDesk, ALockHoldsOverARestartThoughThereIsAPinFile) {
    const PinFile pin;
    {
        Instance instance({.pin = pin.source()});
        instance.start();
        for (int looks = 0; looks < 500 && instance.entries("token-unlock-attempt").empty(); ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
        instance.stop();
        instance.start();
        const std::string words = "was locked: a custodian must unlock it";
        for (int looks = 0; looks < 1000 && instance.log().find(words) == std::string::npos; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        EXPECT_NE(instance.log().find(words), std::string::npos) << instance.log();
        EXPECT_EQ(instance.sealctl_json("li.na", {"token", "show", "usb-1"}).at("state").as_string(), "locked");
        EXPECT_EQ(instance.entries("token-unlock-attempt").size(), 1u);
    }
}

// What was allowed for two uses is not to be had without the custodian: not by kill -9, and not by pulling the token out.
TEST(TokenDesk, ALimitedUnlockIsNotFollowedByOneWithoutLimits) {
    const PinFile pin;
    Instance instance({.pin = pin.source()});
    instance.start();
    ASSERT_TRUE(instance.token_becomes("usb-1", "ready"));
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
    instance.unlock("usb-1", {"--uses", "2"});
    instance.kill9();
    instance.start();
    const std::string words = "was locked: a custodian must unlock it";
    for (int looks = 0; looks < 1000 && instance.log().find(words) == std::string::npos; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_NE(instance.log().find(words), std::string::npos) << instance.log();
    EXPECT_EQ(instance.token_state("usb-1"), "locked");
    instance.unlock();  // without limits: now the configured PIN may be used again
    instance.kill9();
    instance.start();
    EXPECT_TRUE(instance.token_becomes("usb-1", "ready")) << instance.log();
}

TEST(TokenDesk, NeverSendsATypedPinAgainThatWasWrongBeforeARestart) {
    const TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule faults(folder.path(), SoftHsm::module());
    Instance instance({.module = FaultyModule::module()});
    for (int run = 1; run <= 3; ++run) {
        instance.start();
        const auto wrong = instance.sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-file", "-"}, "9999\n");
        EXPECT_EQ(wrong.exit_code, 1) << wrong.err;
        instance.stop();
    }
    EXPECT_EQ(faults.calls_of("C_Login"), 1);
    instance.start();
    const auto changed = instance.sealctl("zhang.wei", {"token", "unlock", "usb-1", "--pin-changed", "--pin-file", "-"}, "9999\n");
    EXPECT_EQ(changed.exit_code, 1);
    EXPECT_EQ(faults.calls_of("C_Login"), 2);  // a person said that it is another PIN now
    instance.unlock();
}

TEST(TokenDesk, KeepsWhatAProbeFoundAndUsesIt) {
    Instance instance;
    instance.start();
    instance.unlock();
    const auto probed = instance.sealctl("zhang.wei", {"token", "probe", "usb-1"});
    EXPECT_EQ(probed.exit_code, 0) << probed.err;
    EXPECT_NE(probed.out.find("CKM_ECDSA"), std::string::npos) << probed.out;
    instance.stop();
    instance.start();
    const auto profile = instance.sealctl_json("li.na", {"token", "show", "usb-1"}).at("profile").as_object();
    EXPECT_GE(profile.at("worthwhile_sessions").as_int64(), 1);
    EXPECT_EQ(instance.entries("token-probe").size(), 1u);
}

}  // namespace
}  // namespace seald::test
