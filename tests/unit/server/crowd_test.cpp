// More connections than allowed, and the end of all connections.
#include <chrono>

#include "running_server.hpp"

namespace seald {
namespace {

class CrowdTest : public RunningServer {};

TEST_F(CrowdTest, TheConnectionOverTheLimitIsTurnedAwayWithAReason) {
    ServerLimits limits;
    limits.connections = 1;
    start(limits);
    ClientSocket first(path());
    EXPECT_EQ(status_of(first.get("/").answer()), 200);
    ClientSocket second(path());
    const std::string answer = second.get("/").answer();
    EXPECT_EQ(status_of(answer), 503);
    EXPECT_EQ(field_of(answer, "Retry-After"), "1");
    EXPECT_EQ(second.rest(), "");
    EXPECT_EQ(status_of(first.get("/").answer()), 200);
}

TEST_F(CrowdTest, OneUserCannotTakeAllConnections) {
    ServerLimits limits;
    limits.connections_per_user = 1;
    start(limits);
    ClientSocket first(path());
    EXPECT_EQ(status_of(first.get("/").answer()), 200);
    ClientSocket second(path());
    const std::string answer = second.get("/").answer();
    EXPECT_EQ(status_of(answer), 429);
    EXPECT_EQ(field_of(answer, "Retry-After"), "1");
    EXPECT_EQ(second.rest(), "");
    EXPECT_EQ(handler_.handled, 1);
}

TEST_F(CrowdTest, AClosedConnectionMakesRoom) {
    ServerLimits limits;
    limits.connections = 1;
    start(limits);
    { EXPECT_EQ(status_of(ClientSocket(path()).get("/").answer()), 200); }
    int status = 503;  // until the server has noticed
    for (int i = 0; i < 1000 && status == 503; ++i) status = status_of(ClientSocket(path()).get("/").answer());
    EXPECT_EQ(status, 200);
}

TEST_F(CrowdTest, StopClosesIdleConnectionsAtOnceAndListensNoMore) {
    start();  // with an idle deadline of a minute
    ClientSocket client(path());
    EXPECT_EQ(status_of(client.get("/").answer()), 200);
    const auto begin = std::chrono::steady_clock::now();
    stop().get();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));  // drain is 10 s
    EXPECT_EQ(client.rest(), "");
    EXPECT_FALSE(ClientSocket(path()).connected());
    EXPECT_FALSE(std::filesystem::exists(path()));
}

TEST_F(CrowdTest, StopLetsARunningRequestFinish) {
    start();
    ClientSocket client(path());
    client.get("/hold");
    handler_.held.get_future().wait();
    std::future<void> stopped = stop();
    let_go();
    const std::string answer = client.answer();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(field_of(answer, "Connection"), "close");
    EXPECT_EQ(client.rest(), "");
    stopped.get();
}

TEST_F(CrowdTest, AfterTheDrainDeadlineSocketsAreCutButTheHandlerIsWaitedFor) {
    ServerLimits limits;
    limits.drain = std::chrono::milliseconds(50);
    start(limits);
    ClientSocket client(path());
    client.get("/hold");
    handler_.held.get_future().wait();
    std::future<void> stopped = stop();
    EXPECT_EQ(client.rest(), "");  // cut
    EXPECT_EQ(stopped.wait_for(std::chrono::milliseconds(0)), std::future_status::timeout);
    let_go();
    stopped.get();
}

TEST_F(CrowdTest, AfterTheDrainDeadlineAHalfSentRequestIsCutToo) {
    ServerLimits limits;
    limits.drain = std::chrono::milliseconds(50);
    start(limits);
    ClientSocket client(path());
    EXPECT_EQ(status_of(client.get("/").answer()), 200);
    client.send("GET / HT");
    stop().get();
    EXPECT_EQ(client.rest(), "");
}

}  // namespace
}  // namespace seald
