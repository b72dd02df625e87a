// Bodies too large for memory: passed on in pieces, in both directions.
#include "running_server.hpp"

namespace seald {
namespace {

class Streaming : public RunningServer {
  protected:
    static std::string put(const std::string& target, std::size_t length, const std::string& body, const std::string& fields = "") {
        return "PUT " + target + " HTTP/1.1\r\nHost: seald\r\n" + fields + "Content-Length: " + std::to_string(length) + "\r\n\r\n" + body;
    }
};

TEST_F(Streaming, ABodyOverTheLimitOfMemoryIsPassedOnInPieces) {
    start();
    const std::string body(5UL * 1024 * 1024, 'x');
    const std::string answer = ask(put("/count", body.size(), body));
    EXPECT_EQ(status_of(answer), 200);
    EXPECT_EQ(body_of(answer), std::to_string(body.size()) + " bytes, in pieces");
}

TEST_F(Streaming, TheConnectionGoesOnAfterwards) {
    start();
    ClientSocket client(path());
    EXPECT_EQ(body_of(client.send(put("/count", 3, "abc")).answer()), "3 bytes, in pieces");
    EXPECT_EQ(status_of(client.get("/v1/health").answer()), 200);
}

TEST_F(Streaming, AnEmptyBodyIsFinishedToo) {
    start();
    EXPECT_EQ(body_of(ask(put("/count", 0, ""))), "0 bytes, in pieces");
}

TEST_F(Streaming, WhatIsRefusedAtItsHeadIsNotInvited) {
    start();
    const std::string answer = ask(put("/refuse", 100'000'000, "", "Expect: 100-continue\r\n"));
    EXPECT_EQ(status_of(answer), 403);
}

TEST_F(Streaming, TheReceiverMayEndARequestBeforeItsBody) {
    start();
    EXPECT_EQ(status_of(ask(put("/count", 100'000'000, std::string(200'000, 'x') + "enough" + std::string(200'000, 'x')))), 422);
}

TEST_F(Streaming, OtherBodiesKeepTheirLimit) {
    start();
    EXPECT_EQ(status_of(ask(put("/elsewhere", 5UL * 1024 * 1024, "x"))), 413);
}

TEST_F(Streaming, AClientThatGoesAwayHalfWayIsNoFault) {
    start();
    {
        ClientSocket client(path());
        client.send(put("/count", 1000, "abc"));
        client.half_close();
        EXPECT_EQ(client.answer(), "");
    }
    EXPECT_EQ(status_of(ask("GET /v1/health HTTP/1.1\r\nHost: seald\r\n\r\n")), 200);
}

TEST_F(Streaming, ALongAnswerComesWhole) {
    start();
    ClientSocket client(path());
    EXPECT_EQ(body_of(client.get("/long").answer()), std::string(1'000'000, 'y'));
    EXPECT_EQ(status_of(client.get("/v1/health").answer()), 200);
}

TEST_F(Streaming, AnAnswerThatCannotGoOnCutsTheConnection) {
    start();
    ClientSocket client(path());
    EXPECT_LT(body_of(client.get("/broken").answer()).size(), 1'000'000U);
}

}  // namespace
}  // namespace seald
