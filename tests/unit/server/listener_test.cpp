#include "daemon/server/listener.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <fstream>

#include "running_server.hpp"

namespace seald {
namespace {

using ::testing::HasSubstr;

mode_t mode_of(const std::string& path) {
    struct stat found {};
    EXPECT_EQ(::lstat(path.c_str(), &found), 0);
    return found.st_mode;
}

class ListenerTest : public ::testing::Test {
  protected:
    // A socket file as a daemon that was killed leaves it behind.
    void leave_stale_socket() {
        const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path_.data(), path_.size());
        ASSERT_EQ(::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::close(descriptor);
    }
    TemporaryFolder folder_;
    std::string path_ = folder_.file("s");
};

TEST_F(ListenerTest, EveryLocalUserMayConnectWhateverTheUmask) {
    const mode_t before = ::umask(0077);
    const Result<Listener> listener = Listener::open(path_);
    ::umask(before);
    ASSERT_TRUE(listener);
    EXPECT_EQ(mode_of(path_), static_cast<mode_t>(S_IFSOCK | 0666));
    EXPECT_TRUE(ClientSocket(path_).connected());
}

TEST_F(ListenerTest, ThePathOfADaemonThatAnswersIsNotTaken) {
    const Result<Listener> first = Listener::open(path_);
    ASSERT_TRUE(first);
    const Result<Listener> second = Listener::open(path_);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("another daemon answers"));
    EXPECT_TRUE(ClientSocket(path_).connected());
}

TEST_F(ListenerTest, AStaleSocketIsReplaced) {
    leave_stale_socket();
    const Result<Listener> listener = Listener::open(path_);
    ASSERT_TRUE(listener) << listener.error().message;
    EXPECT_TRUE(ClientSocket(path_).connected());
}

TEST_F(ListenerTest, WhatIsNotASocketIsNeverRemoved) {
    std::ofstream(path_) << "somebody's file";
    const Result<Listener> listener = Listener::open(path_);
    ASSERT_FALSE(listener);
    EXPECT_THAT(listener.error().message, HasSubstr("not a socket"));
    EXPECT_TRUE(std::filesystem::is_regular_file(path_));
}

TEST_F(ListenerTest, ALinkIsNotFollowed) {
    leave_stale_socket();
    std::filesystem::create_symlink(path_, folder_.file("link"));
    EXPECT_FALSE(Listener::open(folder_.file("link")));
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(ListenerTest, APathThatDoesNotFitIsRefused) {
    EXPECT_FALSE(Listener::open(""));
    EXPECT_FALSE(Listener::open("/tmp/" + std::string(200, 'a')));
    EXPECT_FALSE(Listener::open(std::string("/tmp/a\0b", 8)));
    EXPECT_FALSE(Listener::open(folder_.file("no/such/folder")));
}

TEST_F(ListenerTest, ItRemovesItsOwnPathOnly) {
    {
        const Result<Listener> listener = Listener::open(path_);
        ASSERT_TRUE(listener);
        std::filesystem::remove(path_);
        leave_stale_socket();  // somebody else's by now
    }
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(ListenerTest, ASocketHandedOverIsUsedAndItsPathLeft) {
    const Result<Listener> made = Listener::open(path_);
    ASSERT_TRUE(made);
    {
        const Result<Listener> adopted = Listener::adopt(::dup(made->descriptor()));
        ASSERT_TRUE(adopted);
        EXPECT_NE(::fcntl(adopted->descriptor(), F_GETFD) & FD_CLOEXEC, 0);
        EXPECT_NE(::fcntl(adopted->descriptor(), F_GETFL) & O_NONBLOCK, 0);
    }
    EXPECT_TRUE(std::filesystem::exists(path_));
}

TEST_F(ListenerTest, WhatDoesNotListenIsNotAdopted) {
    const int not_listening = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    EXPECT_FALSE(Listener::adopt(not_listening));
    ::close(not_listening);
    const int datagrams = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    EXPECT_FALSE(Listener::adopt(datagrams));
    ::close(datagrams);
    EXPECT_FALSE(Listener::adopt(-1));
}

TEST_F(ListenerTest, AListeningTcpSocketIsAdoptedAsWhatItIs) {
    const Result<Listener> made = Listener::open_tcp("127.0.0.1:0");
    ASSERT_TRUE(made);
    const Result<Listener> adopted = Listener::adopt(::dup(made->descriptor()));
    ASSERT_TRUE(adopted);
    EXPECT_EQ(adopted->kind(), Listener::Kind::tcp);
    EXPECT_EQ(adopted->port(), made->port());
    EXPECT_NE(made->port(), 0);
}

TEST_F(ListenerTest, ATcpAddressIsInNumbersAndFree) {
    for (const char* address : {"localhost:0", "127.0.0.1", "127.0.0.1:http", ":7443x"}) EXPECT_FALSE(Listener::open_tcp(address)) << address;
    const Result<Listener> taken = Listener::open_tcp("127.0.0.1:0");
    ASSERT_TRUE(taken);
    const auto again = Listener::open_tcp("127.0.0.1:" + std::to_string(taken->port()));
    ASSERT_FALSE(again);
    EXPECT_NE(again.error().message.find("Address already in use"), std::string::npos) << again.error().message;
    EXPECT_TRUE(Listener::open_tcp("[::1]:0"));
}

}  // namespace
}  // namespace seald
