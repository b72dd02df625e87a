// What systemd sees of the daemon: the socket it hands over, "ready", and that it is alive only while it works.
#include <gtest/gtest.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstring>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// The end that systemd listens on.
class NotifySocket {
  public:
    explicit NotifySocket(const fs::path& path) : descriptor_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
        if (::bind(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("bind " + path.string());
        give_to(path, daemon_uid, 0600);
        ::setenv("NOTIFY_SOCKET", path.c_str(), 1);
    }
    ~NotifySocket() {
        ::close(descriptor_);
        for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC"}) ::unsetenv(name);
    }
    NotifySocket(const NotifySocket&) = delete;
    NotifySocket& operator=(const NotifySocket&) = delete;

    // Is this said within `patience`? What else is said meanwhile does not matter.
    bool hears(const std::string& words, std::chrono::milliseconds patience) const {
        const auto deadline = std::chrono::steady_clock::now() + patience;
        for (auto left = patience; left > 0ms; left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now())) {
            const timeval wait{left / 1s, (left % 1s) / 1us};
            ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
            std::array<char, 4096> text{};
            const auto size = ::recv(descriptor_, text.data(), text.size(), 0);
            if (size > 0 && std::string(text.data(), static_cast<std::size_t>(size)).find(words) != std::string::npos) return true;
        }
        return false;
    }
    void forget() const {  // what was said until now
        std::array<char, 4096> text{};
        while (::recv(descriptor_, text.data(), text.size(), MSG_DONTWAIT) > 0) {
        }
    }

  private:
    int descriptor_;
};

// Every thread but the first stands still: the loop turns, and nothing is written.
class WritersHeld {
  public:
    explicit WritersHeld(pid_t process) {
        for (const auto& task : fs::directory_iterator("/proc/" + std::to_string(process) + "/task")) {
            const pid_t thread = std::stoi(task.path().filename());
            if (thread == process) continue;
            if (::ptrace(PTRACE_SEIZE, thread, nullptr, nullptr) != 0 || ::ptrace(PTRACE_INTERRUPT, thread, nullptr, nullptr) != 0) fail("ptrace");
            int status = 0;
            ::waitpid(thread, &status, __WALL);
            held_.push_back(thread);
        }
    }
    ~WritersHeld() {
        for (const pid_t thread : held_) ::ptrace(PTRACE_DETACH, thread, nullptr, nullptr);
    }
    WritersHeld(const WritersHeld&) = delete;
    WritersHeld& operator=(const WritersHeld&) = delete;

  private:
    std::vector<pid_t> held_;
};

TEST(Systemd, HearsThatTheDaemonIsReadyAndThatItStops) {
    Instance instance;
    const NotifySocket systemd(instance.desk() / "notify");
    instance.start();
    EXPECT_TRUE(systemd.hears("READY=1", 60s));
    instance.stop();
    EXPECT_TRUE(systemd.hears("STOPPING=1", 60s));
}

TEST(Systemd, HearsThatTheDaemonIsAliveOnlyWhileTheWriterAnswers) {
    Instance instance;
    const NotifySocket systemd(instance.desk() / "notify");
    ::setenv("WATCHDOG_USEC", "300000", 1);
    instance.start();
    EXPECT_TRUE(systemd.hears("WATCHDOG=1", 60s));
    {
        const WritersHeld held(instance.pid());
        systemd.forget();
        EXPECT_FALSE(systemd.hears("WATCHDOG=1", 1500ms)) << "the ledger's writer does not answer";
        EXPECT_EQ(instance.http("nobody", "GET", "/v1/health").status, 200) << "the loop turns, so the process looks alive";
    }
    EXPECT_TRUE(systemd.hears("WATCHDOG=1", 60s));
}

TEST(Systemd, StartsTheDaemonWhenSomebodyConnectsToItsSocket) {
    Instance instance;
    const fs::path socket = instance.folder() / "run" / "seald.sock";
    // The chmod stands for SocketMode=0666 in seald.socket, which systemd-socket-activate has no option for.
    const std::string open_to_all = "(until [ -S \"$0\" ]; do sleep 0.02; done; chmod 666 \"$0\") & exec \"$@\"";
    std::vector<std::string> command = {"/bin/sh", "-c", open_to_all, socket, "/usr/bin/systemd-socket-activate", "--listen=" + socket.string(),
                                        instance.folder() / "bin" / "seald", "--config", instance.configuration()};
    instance.start(command);
    EXPECT_EQ(instance.http("nobody", "GET", "/v1/health").status, 200);
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/whoami").json().at("id").as_string(), "li.na");
    EXPECT_EQ(instance.stop(), 0);
    EXPECT_TRUE(fs::exists(socket)) << "the socket is systemd's, and clients wait at it while the daemon starts again";
}

}  // namespace
}  // namespace seald::test
