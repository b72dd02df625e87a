#include <chrono>

#include "running_server.hpp"

namespace seald {
namespace {

using std::chrono::milliseconds;

class DeadlineTest : public RunningServer {};

TEST_F(DeadlineTest, AConnectionThatSendsNothingIsClosed) {
    ServerLimits limits;
    limits.idle = milliseconds(50);
    start(limits);
    EXPECT_EQ(ClientSocket(path()).rest(), "");
}

TEST_F(DeadlineTest, AConnectionIdleAfterItsAnswerIsClosed) {
    ServerLimits limits;
    limits.idle = milliseconds(50);
    start(limits);
    ClientSocket client(path());
    EXPECT_EQ(status_of(client.get("/").answer()), 200);
    EXPECT_EQ(client.rest(), "");
}

TEST_F(DeadlineTest, AHeadThatDoesNotEndIsCutOff) {
    ServerLimits limits;
    limits.request = milliseconds(50);
    start(limits);
    EXPECT_EQ(ClientSocket(path()).send("GET / HTTP/1.1\r\nHost:").rest(), "");
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(DeadlineTest, ABodyThatDoesNotEndIsCutOff) {
    ServerLimits limits;
    limits.request = milliseconds(50);
    start(limits);
    EXPECT_EQ(ClientSocket(path()).send("POST / HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\nab").rest(), "");
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(DeadlineTest, TheDeadlineIsForTheWholeRequestHoweverOftenAByteArrives) {
    ServerLimits limits;
    limits.request = milliseconds(50);
    start(limits);
    ClientSocket client(path());
    client.send("GET / HTTP/1.1\r\nHost: s\r\nA: ");
    // Each send waits for nothing; the server's deadline ends the loop because sending then fails.
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (client.try_send("b") && std::chrono::steady_clock::now() < give_up) std::this_thread::yield();
    EXPECT_LT(std::chrono::steady_clock::now(), give_up);
    EXPECT_EQ(handler_.handled, 0);
}

TEST_F(DeadlineTest, AClientThatDoesNotTakeItsAnswerIsCutOff) {
    ServerLimits limits;
    limits.response = milliseconds(50);
    start(limits);
    ClientSocket client(path());
    client.get("/big");
    while (client.try_send("x")) std::this_thread::yield();  // until the server has cut us off
    EXPECT_LT(client.rest().size(), 8UL * 1024 * 1024);
}

TEST_F(DeadlineTest, ARunningHandlerHasNoDeadlineHere) {
    ServerLimits limits;
    limits.request = limits.response = limits.idle = milliseconds(50);
    start(limits);
    ClientSocket client(path());
    client.get("/hold");
    handler_.held.get_future().wait();
    EXPECT_EQ(ClientSocket(path()).rest(), "");  // 50 ms have passed
    let_go();
    EXPECT_EQ(status_of(client.answer()), 200);
}

}  // namespace
}  // namespace seald
