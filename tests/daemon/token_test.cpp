// What a custodian meets: locked, unlocked, a wrong PIN, and a PIN file that is wrong.
#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/support/faulty_module.hpp"

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
    const auto before = instance.sealctl_json("zhang.wei", {"token", "show", "usb-1"});
    EXPECT_EQ(before.at("state").as_string(), "locked");
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
    const std::filesystem::path pin = std::filesystem::temp_directory_path() / ("seald-pin-" + std::to_string(::getpid()));
    std::ofstream(pin) << "4321";
    ASSERT_EQ(::chown(pin.c_str(), daemon_uid, daemon_uid), 0);
    std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
    {
        Instance instance({.pin = "file:" + pin.string()});
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
    std::filesystem::remove(pin);
}

TEST(TokenDesk, DoesNotSendAPinByItselfAfterALoginOfWhichNobodyKnowsTheEnd) {
    std::string pattern = std::filesystem::temp_directory_path() / "seald-faults-XXXXXX";
    const std::filesystem::path folder = ::mkdtemp(pattern.data());
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    std::ofstream(folder / "pin") << "1234";
    ASSERT_EQ(::chown((folder / "pin").c_str(), daemon_uid, daemon_uid), 0);
    std::filesystem::permissions(folder / "pin", std::filesystem::perms::owner_read);
    FaultyModule faults(folder, SoftHsm::module());
    {
        Instance instance({.pin = "file:" + (folder / "pin").string(), .module = FaultyModule::module()});
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
    std::filesystem::remove_all(folder);
}

TEST(TokenDesk, IsUnlockedByAPinFileWithoutAnybody) {
    const std::filesystem::path pin = std::filesystem::temp_directory_path() / ("seald-good-pin-" + std::to_string(::getpid()));
    std::ofstream(pin) << "1234";
    ASSERT_EQ(::chown(pin.c_str(), daemon_uid, daemon_uid), 0);
    std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
    {
        Instance instance({.pin = "file:" + pin.string()});
        instance.start();
        std::string state;
        for (int tries = 0; tries < 300 && state != "ready"; ++tries) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            state = std::string(instance.http("zhang.wei", "GET", "/v1/tokens/usb-1").json().at("state").as_string());
        }
        EXPECT_EQ(state, "ready") << instance.log();
        instance.make_seal();
    }
    std::filesystem::remove(pin);
}

}  // namespace
}  // namespace seald::test
