#include "client/terminal.hpp"

#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

namespace seald {
namespace {

void hold_and_raise_interrupt() {
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &interrupt, nullptr);
    ::raise(SIGINT);
}

// A child whose controlling terminal is a pty, asking for a secret. Its exit status is the secret's size, or 255.
class AskingChild {
  public:
    explicit AskingChild(void (*before_asking)() = [] {}) {
        child_ = ::forkpty(&terminal_, nullptr, nullptr, nullptr);
        if (child_ == 0) {
            ::signal(SIGINT, SIG_DFL);  // whoever started the tests in the background had it ignored
            before_asking();
            const auto secret = ask_secret("PIN of token usb-1: ");
            ::_exit(secret ? static_cast<int>(secret->size()) : 255);
        }
    }
    AskingChild(const AskingChild&) = delete;
    AskingChild& operator=(const AskingChild&) = delete;
    ~AskingChild() { ::close(terminal_); }

    // The prompt is written once the echo is off.
    void wait_for_prompt() { read_until("usb-1: "); }
    void type(std::string_view text) {
        EXPECT_EQ(::write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }
    bool echoes() const {
        termios state{};
        ::tcgetattr(terminal_, &state);
        return (state.c_lflag & ECHO) != 0;
    }
    int wait() {
        int status = 0;
        ::waitpid(child_, &status, 0);
        return status;
    }
    const std::string& screen() const { return screen_; }
    void read_until(const std::string& text) {
        char c = 0;
        while (screen_.find(text) == std::string::npos && ::read(terminal_, &c, 1) == 1) screen_ += c;
    }

  private:
    int terminal_ = -1;
    pid_t child_ = -1;
    std::string screen_;
};

TEST(AskSecret, DoesNotEcho) {
    AskingChild child;
    child.wait_for_prompt();
    EXPECT_FALSE(child.echoes());
    child.type("123456\n");
    child.read_until("\n");
    EXPECT_EQ(WEXITSTATUS(child.wait()), 6);
    EXPECT_EQ(child.screen().find("123456"), std::string::npos) << child.screen();
    EXPECT_TRUE(child.echoes());
}

TEST(AskSecret, GivesTheEchoBackOnControlC) {
    AskingChild child;
    child.wait_for_prompt();
    child.type("12\x03");
    const int status = child.wait();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT);
    EXPECT_TRUE(child.echoes());
}

// Nothing is typed: only the signal can end the waiting.
TEST(AskSecret, IsEndedByAControlCThatCameBeforeItBeganToRead) {
    AskingChild child(hold_and_raise_interrupt);
    child.wait_for_prompt();
    EXPECT_EQ(WEXITSTATUS(child.wait()), 255);
    EXPECT_TRUE(child.echoes());
}

TEST(AskSecret, RefusesAnEmptyOne) {
    AskingChild child;
    child.wait_for_prompt();
    child.type("\n");
    EXPECT_EQ(WEXITSTATUS(child.wait()), 255);
    EXPECT_TRUE(child.echoes());
}

TEST(AskSecret, RefusesOneThatIsTooLong) {
    AskingChild child;
    child.wait_for_prompt();
    child.type(std::string(max_pin_bytes + 1, '1') + "\n");
    EXPECT_EQ(WEXITSTATUS(child.wait()), 255);
}

}  // namespace
}  // namespace seald
