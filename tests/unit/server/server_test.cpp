#include "daemon/server/server.hpp"

#include <fstream>

#include "running_server.hpp"

namespace seald {
namespace {

class ServerTest : public RunningServer {};

TEST_F(ServerTest, EveryAnswerCarriesItsFields) {
    start();
    const std::string answer = ClientSocket(path()).get("/v1/health").answer();
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), "GET /v1/health ");
    EXPECT_EQ(field_of(answer, "Content-Type"), "application/json");
    EXPECT_EQ(field_of(answer, "Content-Length"), "15");
    EXPECT_EQ(field_of(answer, "Cache-Control"), "no-store");
    EXPECT_EQ(field_of(answer, "X-Request-Id").size(), 32U);
    EXPECT_EQ(field_of(answer, "Server"), "");
}

TEST_F(ServerTest, ACleanRequestIdIsRepeated) {
    start();
    const std::string longest(64, 'a');
    ClientSocket client(path());
    EXPECT_EQ(field_of(client.get("/", "X-Request-Id: erp-1.2_B\r\n").answer(), "X-Request-Id"), "erp-1.2_B");
    EXPECT_EQ(field_of(client.get("/", "X-Request-Id: " + longest + "\r\n").answer(), "X-Request-Id"), longest);
}

TEST_F(ServerTest, ARequestIdThatCouldSpoilALogLineIsReplaced) {
    start();
    ClientSocket client(path());
    for (const std::string& id : {std::string("a b"), std::string("a=b"), std::string("\"x\""), std::string(65, 'a')}) {
        const std::string given = field_of(client.get("/", "X-Request-Id: " + id + "\r\n").answer(), "X-Request-Id");
        EXPECT_EQ(given.size(), 32U) << id;
    }
}

TEST_F(ServerTest, TheHandlerLearnsFromTheKernelWhoCalls) {
    start();
    ClientSocket(path()).get("/").answer();
    stop().get();
    EXPECT_EQ(handler_.last_peer.uid, ::getuid());
    EXPECT_EQ(handler_.last_peer.gid, ::getgid());
    EXPECT_EQ(handler_.last_peer.pid, ::getpid());
    EXPECT_EQ(handler_.last_peer.executable, std::filesystem::read_symlink("/proc/self/exe"));
    std::ifstream groups("/proc/self/cgroup");
    std::string own;
    for (std::string line; std::getline(groups, line);)
        if (line.starts_with("0::") || (own.empty() && line.find(":name=systemd:") != line.npos)) own = line.substr(line.rfind(':') + 1);
    EXPECT_EQ(handler_.last_peer.cgroup, own);
}

TEST_F(ServerTest, AConnectionServesRequestsUntilTheClientSaysClose) {
    start();
    ClientSocket client(path());
    EXPECT_EQ(body_of(client.get("/1").answer()), "GET /1 ");
    EXPECT_EQ(body_of(client.get("/2").answer()), "GET /2 ");
    const std::string last = client.get("/3", "Connection: close\r\n").answer();
    EXPECT_EQ(body_of(last), "GET /3 ");
    EXPECT_EQ(field_of(last, "Connection"), "close");
    EXPECT_EQ(client.rest(), "");
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
    start();
    ClientSocket client(path());
    client.send("POST /1 HTTP/1.1\r\nHost: s\r\nContent-Length: 3\r\n\r\noneGET /2 HTTP/1.1\r\nHost: s\r\n\r\n");
    EXPECT_EQ(body_of(client.answer()), "POST /1 one");
    EXPECT_EQ(body_of(client.answer()), "GET /2 ");
}

TEST_F(ServerTest, AClientThatHalfClosedStillGetsItsAnswer) {
    start();
    ClientSocket client(path());
    client.get("/1").half_close();
    EXPECT_EQ(body_of(client.answer()), "GET /1 ");
    EXPECT_EQ(client.rest(), "");
}

TEST_F(ServerTest, ARequestMayComeByteByByte) {
    start();
    ClientSocket client(path());
    for (const char c : std::string("POST /slow HTTP/1.1\r\nHost: s\r\nContent-Length: 2\r\n\r\nok")) {
        client.send(std::string_view(&c, 1));
    }
    EXPECT_EQ(body_of(client.answer()), "POST /slow ok");
}

TEST_F(ServerTest, AChunkedBodyIsPutTogether) {
    start();
    const std::string head = "POST / HTTP/1.1\r\nHost: s\r\nTransfer-Encoding: chunked\r\n\r\n";
    EXPECT_EQ(body_of(ask(head + "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")), "POST / abcde");
}

TEST_F(ServerTest, AClientThatWaitsForContinueIsTold) {
    start();
    ClientSocket client(path());
    client.send("POST / HTTP/1.1\r\nHost: s\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
    EXPECT_EQ(client.answer(), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    EXPECT_EQ(body_of(client.answer()), "POST / ok");
}

TEST_F(ServerTest, AnAnswerToHeadHasNoBody) {
    start();
    ClientSocket client(path());
    EXPECT_EQ(body_of(client.send("HEAD / HTTP/1.1\r\nHost: s\r\n\r\n").answer()), "");
    EXPECT_EQ(body_of(client.get("/next").answer()), "GET /next ");
}

TEST_F(ServerTest, AnUnknownMethodIsForTheHandlerToJudge) {
    start();
    EXPECT_EQ(body_of(ask("BREW /pot HTTP/1.1\r\nHost: s\r\n\r\n")), "BREW /pot ");
}

TEST_F(ServerTest, AHandlerThatThrowsCostsItsOwnRequestOnly) {
    start();
    ClientSocket client(path());
    EXPECT_EQ(status_of(client.get("/throw").answer()), 500);
    EXPECT_EQ(body_of(client.get("/next").answer()), "GET /next ");
}

}  // namespace
}  // namespace seald
