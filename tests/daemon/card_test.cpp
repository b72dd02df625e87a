// Smart cards as the daemon's tokens: real cards count their PIN tries themselves.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/support/virtual_cards.hpp"

namespace seald::test {
namespace {

std::string token(const std::string& name, const VirtualCard& card, const std::string& pin) {
    return "[[token]]\nname = \"" + name + "\"\nmodule = \"" + VirtualCards::module() + "\"\nserial = \"" + card.serial() + "\"\npin = \"" + pin +
           "\"\nsessions = 1\n";
}

int errors_in(const std::string& log) {
    int count = 0;
    for (auto at = log.find(" error "); at != std::string::npos; at = log.find(" error ", at + 1)) ++count;
    return count;
}

std::string state_of(Instance& instance, const std::string& name) {
    return std::string(instance.http("zhang.wei", "GET", "/v1/tokens/" + name).json().at("state").as_string());
}

bool becomes(Instance& instance, const std::string& name, const std::string& state) {
    for (int looks = 0; looks < 1500; ++looks) {
        if (state_of(instance, name) == state) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
}

TEST(Cards, AreTokensSideBySideEachWithItsPin) {
    VirtualCards cards;
    Instance instance({.token_extra = token("card-a", cards.a, "prompt") + token("card-b", cards.b, "prompt")});
    instance.start();
    for (const char* name : {"card-a", "card-b"}) EXPECT_TRUE(becomes(instance, name, "locked")) << instance.log();
    const auto unlocked = instance.sealctl("zhang.wei", {"token", "unlock", "card-a", "--pin-file", "-"}, VirtualCard::pin() + "\n");
    EXPECT_EQ(unlocked.exit_code, 0) << unlocked.err;
    EXPECT_EQ(state_of(instance, "card-a"), "ready");
    EXPECT_EQ(state_of(instance, "card-b"), "locked");
}

TEST(Cards, LoseExactlyOneTryToAWrongPinFileOverTenRestarts) {
    VirtualCards cards;
    const auto pin = cards.folder() / "pin";
    std::ofstream(pin) << "999999";
    ASSERT_EQ(::chown(pin.c_str(), daemon_uid, daemon_uid), 0);
    std::filesystem::permissions(pin, std::filesystem::perms::owner_read);
    Instance instance({.token_extra = token("card-a", cards.a, "file:" + pin.string())});
    for (int run = 1; run <= 11; ++run) {
        instance.start();
        // Each run says once, as an error, that the PIN was refused or that it is not sent again.
        for (int looks = 0; looks < 1500 && errors_in(instance.log()) < run; ++looks) std::this_thread::sleep_for(std::chrono::milliseconds(20));
        ASSERT_EQ(errors_in(instance.log()), run) << instance.log();
        if (run <= 10) instance.stop();
    }
    EXPECT_EQ(cards.a.tries(), 2) << instance.log();
    EXPECT_EQ(instance.entries("token-unlock-attempt").size(), 1u) << instance.log();
}

}  // namespace
}  // namespace seald::test
