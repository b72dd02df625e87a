#include "client/terminal.hpp"

#include <fcntl.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <iostream>
#include <optional>
#include <vector>

namespace seald {
namespace {

volatile std::sig_atomic_t caught_signal = 0;
extern "C" void remember_signal(int number) { caught_signal = number; }

// While it lives, the signals that would end or stop us only interrupt read(); afterwards they are what they were, and
// the one that came is delivered again.
class HeldSignals {
  public:
    HeldSignals() {
        caught_signal = 0;
        struct sigaction remember = {};
        remember.sa_handler = remember_signal;  // no SA_RESTART: read() must return
        sigemptyset(&remember.sa_mask);
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &remember, &before_[i]);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() {
        for (std::size_t i = 0; i < numbers.size(); ++i) ::sigaction(numbers[i], &before_[i], nullptr);
        if (caught_signal != 0) ::raise(static_cast<int>(caught_signal));
    }

  private:
    static constexpr std::array numbers = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};
    std::array<struct sigaction, numbers.size()> before_{};
};

class EchoOff {
  public:
    explicit EchoOff(int terminal) : terminal_(terminal) {
        if (::tcgetattr(terminal, &before_) != 0) return;
        termios silent = before_;
        silent.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL);
        off_ = ::tcsetattr(terminal, TCSAFLUSH, &silent) == 0;
    }
    EchoOff(const EchoOff&) = delete;
    EchoOff& operator=(const EchoOff&) = delete;
    ~EchoOff() {
        if (off_) ::tcsetattr(terminal_, TCSAFLUSH, &before_);
    }
    bool off() const { return off_; }

  private:
    int terminal_;
    termios before_{};
    bool off_ = false;
};

void say(int terminal, const std::string& text) {
    [[maybe_unused]] const ssize_t written = ::write(terminal, text.data(), text.size());
}

// A line, into memory that Secret takes over; nothing when interrupted, ended, or too long.
std::optional<Secret> read_line(int terminal) {
    std::vector<char> line;
    line.reserve(max_pin_bytes + 1);  // never grows, so no copy is left behind
    char c = 0;
    while (::read(terminal, &c, 1) == 1 && c != '\n' && line.size() <= max_pin_bytes) line.push_back(c);
    const bool complete = c == '\n' && line.size() <= max_pin_bytes;
    Secret secret(std::move(line));
    if (!complete) return std::nullopt;
    return secret;
}

class Terminal {
  public:
    Terminal() : descriptor_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC)) {}
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal() {
        if (descriptor_ >= 0) ::close(descriptor_);
    }
    int descriptor() const { return descriptor_; }

  private:
    int descriptor_;
};

}  // namespace

Result<Secret> ask_secret(const std::string& prompt) {
    const Terminal terminal;
    if (terminal.descriptor() < 0) return malformed("there is no terminal to ask for the PIN; give --pin-file");
    std::optional<Secret> secret;
    {
        const HeldSignals held;  // outermost: a signal is delivered only after the echo is back
        const EchoOff silence(terminal.descriptor());
        if (!silence.off()) return malformed("the terminal's echo cannot be switched off; give --pin-file");
        say(terminal.descriptor(), prompt);
        secret = read_line(terminal.descriptor());
        say(terminal.descriptor(), "\n");
    }
    if (!secret) return malformed("no PIN was typed, or it is longer than " + std::to_string(max_pin_bytes) + " bytes");
    if (secret->empty()) return malformed("an empty PIN is never sent to a token");
    return std::move(*secret);
}

bool standard_input_is_terminal() { return ::isatty(STDIN_FILENO) == 1; }

bool confirm(const std::string& question) {
    std::cerr << question << std::flush;
    std::string answer;
    std::getline(std::cin, answer);
    return answer == "y" || answer == "Y" || answer == "yes";
}

}  // namespace seald
