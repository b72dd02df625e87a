// The virtual cards themselves, as pkcs11-tool and Cryptoki see them: tests that lean on them must be able to trust
// them.
#include "tests/support/virtual_cards.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "pkcs11/module.hpp"
#include "pkcs11/token.hpp"
#include "tests/support/shell.hpp"

namespace seald::test {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class VirtualCardsTest : public ::testing::Test {
  protected:
    VirtualCardsTest() { EXPECT_TRUE(library.make_ready()); }

    static std::string tool(const std::string& arguments) {
        return shell("pkcs11-tool --module " + VirtualCards::module() + " " + arguments + " || true");
    }
    std::string log_in(const VirtualCard& card, const std::string& pin) const {
        return tool("--token-label '" + card.label() + "' --login --pin " + pin + " --list-objects --type privkey");
    }
    bool sees(const VirtualCard& card) const {
        return find_token(library, {.serial = card.serial(), .label = {}}).has_value();
    }
    template <class Condition>
    static void wait_until(Condition condition) {
        for (int looks = 0; !condition(); ++looks) {
            if (looks == 6000) throw std::runtime_error("what the test waits for did not happen");
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
    }

    VirtualCards cards;
    Module library{VirtualCards::module()};
};

TEST_F(VirtualCardsTest, AreTwoTokensWithLabelsAndSerialNumbersOfTheirOwn) {
    const auto tokens = tool("--list-slots");
    for (const auto* card : {&cards.a, &cards.b}) {
        EXPECT_THAT(tokens, AllOf(HasSubstr(card->label()), HasSubstr(card->serial())));
        EXPECT_THAT(log_in(*card, VirtualCard::pin()), AllOf(HasSubstr("0001"), HasSubstr("0002")));
        EXPECT_THAT(shell("openssl x509 -noout -subject -in " + card->certificate(1).string()),
                    HasSubstr(card->label()));
    }
}

TEST_F(VirtualCardsTest, LockTheirPinAfterThreeWrongTries) {
    EXPECT_THAT(log_in(cards.a, "999999"), HasSubstr("CKR_PIN_INCORRECT"));
    EXPECT_EQ(cards.a.tries(), 2);
    EXPECT_THAT(log_in(cards.a, VirtualCard::pin()), Not(HasSubstr("CKR_")));
    EXPECT_EQ(cards.a.tries(), 3);
    for (int tries = 0; tries < 3; ++tries) log_in(cards.a, "999999");
    EXPECT_THAT(log_in(cards.a, VirtualCard::pin()), HasSubstr("CKR_PIN_LOCKED"));
    EXPECT_THAT(tool("--list-slots"), HasSubstr("user PIN locked"));
    EXPECT_EQ(cards.b.tries(), 3);
    cards.a.set_tries(1);
    EXPECT_THAT(tool("--list-slots"), HasSubstr("final user PIN try"));
}

TEST_F(VirtualCardsTest, ComeAndGoEachByItself) {
    ASSERT_TRUE(sees(cards.a) && sees(cards.b));
    cards.a.remove();
    wait_until([&] { return !sees(cards.a); });
    EXPECT_TRUE(sees(cards.b));
    cards.b.unplug();
    wait_until([&] { return !sees(cards.b); });
    cards.a.insert();
    wait_until([&] { return sees(cards.a); });
    cards.b.plug();
    wait_until([&] { return sees(cards.b); });
}

TEST_F(VirtualCardsTest, AreMissedEvenWhenTheyComeBackAtOnce) {
    const auto found = find_token(library, {.serial = cards.a.serial(), .label = {}});
    ASSERT_TRUE(found);
    CK_SLOT_ID slot = 0;
    while (library.api().C_WaitForSlotEvent(CKF_DONT_BLOCK, &slot, nullptr) == CKR_OK) continue;
    cards.a.remove();
    cards.a.insert();
    ASSERT_EQ(library.api().C_WaitForSlotEvent(0, &slot, nullptr), CKR_OK);
    EXPECT_EQ(slot, found->slot);
}

TEST_F(VirtualCardsTest, AnswerLateOrWithAnErrorOrNotAtAllWhenTold) {
    cards.a.fail(0x6F00, 1000);
    EXPECT_THAT(log_in(cards.a, VirtualCard::pin()), Not(HasSubstr("0001")));
    cards.a.fail(0x6F00, 0);
    EXPECT_THAT(log_in(cards.a, VirtualCard::pin()), HasSubstr("0001"));
    const auto began = std::chrono::steady_clock::now();
    cards.a.delay(std::chrono::milliseconds(20));
    EXPECT_THAT(log_in(cards.a, VirtualCard::pin()), HasSubstr("0001"));
    EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(200));
    // Removing the card ends even the longest delay.
    cards.a.delay(std::chrono::hours(1));
    std::thread remover([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        cards.a.remove();
    });
    log_in(cards.a, VirtualCard::pin());
    remover.join();
}

TEST_F(VirtualCardsTest, OutliveARestartOfPcscd) {
    cards.restart_pcscd();
    wait_until([&] { return sees(cards.a) && sees(cards.b); });
}

// Processes whose command line names the folder, by their first word.
std::vector<std::string> processes_of(const std::string& folder) {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        std::stringstream command;
        command << std::ifstream(entry.path() / "cmdline").rdbuf();
        if (command.str().find(folder) != std::string::npos) found.push_back(command.str().c_str());
    }
    return found;
}

TEST(VirtualCardsProcesses, EndWithTheirTestEvenWhenItIsKilled) {
    int pipe[2];
    ASSERT_EQ(::pipe(pipe), 0);
    const pid_t test = ::fork();
    if (test == 0) {
        const VirtualCards cards;
        if (processes_of(cards.folder()).size() != 3) ::_exit(1);
        const auto folder = cards.folder().string() + "\n";
        [[maybe_unused]] const auto written = ::write(pipe[1], folder.data(), folder.size());
        ::kill(::getpid(), SIGKILL);
    }
    ::close(pipe[1]);
    std::string folder;
    for (char c = 0; ::read(pipe[0], &c, 1) == 1 && c != '\n';) folder += c;
    ::close(pipe[0]);
    ::waitpid(test, nullptr, 0);
    ASSERT_FALSE(folder.empty());
    for (int looks = 0; looks < 1000 && !processes_of(folder).empty(); ++looks)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_THAT(processes_of(folder), ::testing::IsEmpty());
    std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace seald::test
