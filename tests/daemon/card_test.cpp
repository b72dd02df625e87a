// Smart cards as the daemon's tokens: real cards count their PIN tries themselves.
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "tests/daemon/card_seals.hpp"
#include "tests/daemon/pin_file.hpp"

namespace seald::test {
namespace {

int errors_in(const std::string& log) {
    int count = 0;
    for (auto at = log.find(" error "); at != std::string::npos; at = log.find(" error ", at + 1)) ++count;
    return count;
}

TEST(Cards, AreTokensSideBySideEachWithItsPin) {
    VirtualCards cards;
    Instance instance({.token_extra = card_token("card-a", cards.a, "prompt") + card_token("card-b", cards.b, "prompt")});
    instance.start();
    for (const char* name : {"card-a", "card-b"}) EXPECT_TRUE(instance.token_becomes(name, "locked")) << instance.log();
    const auto unlocked = instance.sealctl("zhang.wei", {"token", "unlock", "card-a", "--pin-file", "-"}, VirtualCard::pin() + "\n");
    EXPECT_EQ(unlocked.exit_code, 0) << unlocked.err;
    EXPECT_EQ(instance.token_state("card-a"), "ready");
    EXPECT_EQ(instance.token_state("card-b"), "locked");
}

TEST(Cards, LoseExactlyOneTryToAWrongPinFileOverTenRestarts) {
    VirtualCards cards;
    const PinFile pin("999999");
    Instance instance({.token_extra = card_token("card-a", cards.a, pin.source())});
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
