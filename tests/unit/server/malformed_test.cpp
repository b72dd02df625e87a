// What is not a request within the limits: refused before the handler sees it, and the connection closed.
#include "running_server.hpp"

namespace seald {
namespace {

class MalformedTest : public RunningServer {
  protected:
    void expect_refused(int status, const std::string& bytes) {
        ClientSocket client(path());
        const std::string answer = client.send(bytes).answer();
        EXPECT_EQ(status_of(answer), status) << bytes.substr(0, 200) << "\n-> " << answer;
        EXPECT_EQ(field_of(answer, "Connection"), "close") << bytes.substr(0, 200);
        EXPECT_EQ(client.rest(), "");
        EXPECT_EQ(handler_.handled, 0) << bytes.substr(0, 200);
    }
    static std::string repeated(const std::string& what, int times) {
        std::string all;
        for (int i = 0; i < times; ++i) all += what;
        return all;
    }
    static std::string post(const std::string& fields, const std::string& body, const std::string& version = "1.1") {
        return "POST / HTTP/" + version + "\r\nHost: s\r\n" + fields + "\r\n" + body;
    }
};

TEST_F(MalformedTest, GarbageIsRefused) {
    start();
    expect_refused(400, std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 11) + std::string(200, '\x80'));
    expect_refused(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect_refused(400, "GET / HTTP/1.2\r\nHost: s\r\n\r\n");
    expect_refused(400, "GET / HTTP/1.1\nHost: s\n\n");
    expect_refused(400, "GET /\r\n\r\n");
    expect_refused(400, std::string("GET /a\0b HTTP/1.1\r\nHost: s\r\n\r\n", 31));
    expect_refused(400, std::string("GET / HTTP/1.1\r\nHost: s\r\nA: x\0y\r\n\r\n", 36));
    expect_refused(400, "GET / HTTP/1.1\r\nHost : s\r\n\r\n");
    expect_refused(400, "\r\n\r\n\r\n\r\n");
}

TEST_F(MalformedTest, ALengthThatTwoReadersCouldReadDifferentlyIsRefused) {
    start();
    const std::string chunk = "2\r\nok\r\n0\r\n\r\n";
    expect_refused(400, post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", chunk));
    expect_refused(400, post("Transfer-Encoding: chunked\r\nContent-Length: 2\r\n", chunk));
    expect_refused(400, post("Content-Length: 2\r\nContent-Length: 3\r\n", "ok!"));
    expect_refused(400, post("Content-Length: 2\r\nContent-Length: 2\r\n", "ok"));
    expect_refused(400, post("Content-Length: 2, 2\r\n", "ok"));
    expect_refused(400, post("Content-Length: -2\r\n", "ok"));
    expect_refused(400, post("Content-Length: +2\r\n", "ok"));
    expect_refused(400, post("Content-Length: 0x2\r\n", "ok"));
    expect_refused(400, post("Content-Length: 99999999999999999999999\r\n", "ok"));
    expect_refused(400, post("Transfer-Encoding: gzip\r\n", "ok"));
    expect_refused(400, post("Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "ok"));
    expect_refused(400, post("Transfer-Encoding: gzip, chunked\r\n", chunk));
    expect_refused(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunk));
    expect_refused(400, post("Transfer-Encoding: chunked\r\n", chunk, "1.0"));
}

TEST_F(MalformedTest, ABrokenChunkIsRefused) {
    start();
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    expect_refused(400, post(chunked, "zz\r\nok\r\n0\r\n\r\n"));
    expect_refused(400, post(chunked, "2\r\nokXX0\r\n\r\n"));
    expect_refused(400, post(chunked, "fffffffffffffffff\r\nok\r\n"));
}

TEST_F(MalformedTest, AHostIsRequiredAndOnlyOne) {
    start();
    expect_refused(400, "GET / HTTP/1.1\r\n\r\n");
    expect_refused(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
}

TEST_F(MalformedTest, ABodyOverTheLimitIsRefusedBeforeItIsRead) {
    ServerLimits limits;
    limits.body_bytes = 1000;
    start(limits);
    expect_refused(413, post("Content-Length: 1001\r\n", ""));
    expect_refused(413, post("Content-Length: 1001\r\n", std::string(1001, 'x')));
    expect_refused(413, post("Transfer-Encoding: chunked\r\n", "3e9\r\n" + std::string(1001, 'x') + "\r\n0\r\n\r\n"));
    EXPECT_EQ(status_of(ask(post("Content-Length: 1000\r\n", std::string(1000, 'x')))), 200);
}

TEST_F(MalformedTest, ABodyFarOverTheLimitStillGetsItsAnswer) {
    start();
    expect_refused(413, post("Content-Length: 3000000\r\n", std::string(3'000'000, 'x')));
}

TEST_F(MalformedTest, AClientThatWaitsForContinueIsNotAskedForATooLargeBody) {
    start();
    expect_refused(413, post("Expect: 100-continue\r\nContent-Length: 3000000\r\n", ""));
}

TEST_F(MalformedTest, ATargetOverTheLimitIsRefused) {
    start();
    const std::string end = " HTTP/1.1\r\nHost: s\r\n\r\n";
    expect_refused(414, "GET /" + std::string(2048, 'a') + end);
    expect_refused(414, "GET /" + std::string(20000, 'a') + end);
    EXPECT_EQ(status_of(ask("GET /" + std::string(2047, 'a') + end)), 200);
}

TEST_F(MalformedTest, AHeadOverTheLimitIsRefused) {
    start();
    const std::string begin = "GET / HTTP/1.1\r\nHost: s\r\n";
    expect_refused(431, begin + repeated("A: bcdef\r\n", 1700) + "\r\n");
    expect_refused(431, begin + repeated("A: bcdef\r\n", 1'000'000));
    expect_refused(431, begin + "A: " + std::string(17000, 'b') + "\r\n\r\n");
    EXPECT_EQ(status_of(ask(begin + "A: " + std::string(15000, 'b') + "\r\n\r\n")), 200);
    EXPECT_EQ(status_of(ask(begin + repeated("A: bcdef\r\n", 1600) + "\r\n")), 200);
}

TEST_F(MalformedTest, ChunkExtensionsAndTrailersAreBoundedToo) {
    start();
    const std::string endless(200'000, 'e');
    const std::string chunked = post("Transfer-Encoding: chunked\r\n", "");
    expect_refused(400, chunked + "2;" + endless);
    expect_refused(400, chunked + "2\r\nok\r\n0\r\nA: " + endless);
    expect_refused(400, chunked + "2\r\nok\r\n0\r\n" + repeated("A: b\r\n", 1'000'000));
    expect_refused(413, chunked + repeated("1;" + std::string(1000, 'e') + "\r\nx\r\n", 5000));
}

TEST_F(MalformedTest, ARefusalRepeatsTheRequestIdWhenThereIsOne) {
    start();
    const std::string answer = ask(post("X-Request-Id: r1\r\nContent-Length: 3000000\r\n", ""));
    EXPECT_EQ(status_of(answer), 413);
    EXPECT_EQ(field_of(answer, "X-Request-Id"), "r1");
    EXPECT_EQ(body_of(answer), "the body is too large");
}

}  // namespace
}  // namespace seald
