#include "client/terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
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

// While it lives, the signals that would end or stop us wait, and its descriptor is readable once one does; afterwards
// they are what they were, and the one that came is delivered. A handler that only interrupts read() would not do: a
// signal between the prompt and read() would be lost, and the terminal would wait forever.
class HeldSignals {
  public:
    HeldSignals() {
        sigset_t numbers;
        sigemptyset(&numbers);
        for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&numbers, number);
        ::pthread_sigmask(SIG_BLOCK, &numbers, &before_);
        descriptor_ = ::signalfd(-1, &numbers, SFD_CLOEXEC);
    }
    HeldSignals(const HeldSignals&) = delete;
    HeldSignals& operator=(const HeldSignals&) = delete;
    ~HeldSignals() {
        if (descriptor_ >= 0) ::close(descriptor_);
        ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
    }
    int descriptor() const { return descriptor_; }

  private:
    sigset_t before_{};
    int descriptor_ = -1;
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

// One byte as soon as there is one; nothing once a signal waits, or the terminal is gone.
std::optional<char> read_byte(int terminal, const HeldSignals& signals) {
    char c = 0;
    while (true) {
        std::array<pollfd, 2> wanted = {pollfd{terminal, POLLIN, 0}, pollfd{signals.descriptor(), POLLIN, 0}};
        if (::poll(wanted.data(), wanted.size(), -1) < 0 && errno != EINTR) return std::nullopt;
        if (wanted[1].revents != 0) return std::nullopt;
        const ssize_t taken = ::read(terminal, &c, 1);
        if (taken == 1) return c;
        if (taken == 0 || (errno != EAGAIN && errno != EINTR)) return std::nullopt;
    }
}

// A line, into memory that Secret takes over; nothing when interrupted, ended, or too long.
std::optional<Secret> read_line(int terminal, const HeldSignals& signals) {
    std::vector<char> line;
    line.reserve(max_pin_bytes + 1);  // never grows, so no copy is left behind
    std::optional<char> c = read_byte(terminal, signals);
    for (; c && *c != '\n' && line.size() <= max_pin_bytes; c = read_byte(terminal, signals)) line.push_back(*c);
    const bool complete = c == '\n' && line.size() <= max_pin_bytes;
    Secret secret(std::move(line));
    if (!complete) return std::nullopt;
    return secret;
}

class Terminal {
  public:
    Terminal() : descriptor_(::open("/dev/tty", O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)) {}
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
        secret = read_line(terminal.descriptor(), held);
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
