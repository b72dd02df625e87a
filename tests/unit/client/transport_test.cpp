#include "client/transport.hpp"

#include <gtest/gtest.h>

#include "client/api_client.hpp"
#include "scripted_server.hpp"

namespace seald {
namespace {

using testing::ScriptedServer;

Result<HttpAnswer> ask(const std::string& socket, std::chrono::milliseconds limit = std::chrono::seconds(20)) {
    HttpRequest request;
    request.target = "/v1/health";
    request.time_limit = limit;
    return exchange(ServerAddress{socket}, request);
}

void expect_unavailable(const Result<HttpAnswer>& answer, const std::string& words, bool retry) {
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
    EXPECT_NE(answer.error().message.find(words), std::string::npos) << answer.error().message;
    EXPECT_EQ(answer.error().retry, retry) << answer.error().message;
}

TEST(Transport, BringsStatusAndBody) {
    ScriptedServer server("HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}");
    const auto answer = ask(server.path());
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->status, 404u);
    EXPECT_EQ(answer->body, "{}");
}

TEST(Transport, SaysThatNothingListens) { expect_unavailable(ask("/nowhere/seald.sock"), "/nowhere/seald.sock", true); }

TEST(Transport, RefusesAPathThatNoSocketCanHave) {
    expect_unavailable(ask("/" + std::string(200, 'x')), "cannot talk to seald", false);
}

TEST(Transport, RefusesWhatIsNotHttp) {
    ScriptedServer server("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    expect_unavailable(ask(server.path()), "not HTTP", false);
}

TEST(Transport, SaysThatTheConnectionWasClosedWithoutAnAnswer) {
    ScriptedServer server("");
    expect_unavailable(ask(server.path()), "closed the connection", true);
}

TEST(Transport, SaysThatTheAnswerWasCutShort) {
    ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"a\":");
    expect_unavailable(ask(server.path()), "before its answer was complete", true);
}

TEST(Transport, GivesUpAfterItsTimeLimit) {
    ScriptedServer server("HTTP/1.1 200 OK\r\n", ScriptedServer::Then::wait_for_the_client);
    expect_unavailable(ask(server.path(), std::chrono::milliseconds(50)), "in time", true);
}

TEST(Transport, RefusesAnAnswerOverItsLimit) {
    ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 999999999999\r\n\r\n");
    expect_unavailable(ask(server.path()), "larger", false);
}

TEST(ApiClient, RefusesAnAnswerThatIsNotJson) {
    ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    const auto answer = ApiClient(ServerAddress{server.path()}).get("/v1/health");
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::unavailable);
}

TEST(ApiClient, SendsJsonWithItsLength) {
    ScriptedServer server("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", ScriptedServer::Then::wait_for_the_client);
    ASSERT_TRUE(ApiClient(ServerAddress{server.path()}).post("/v1/x", boost::json::object{{"a", 1}}));
    EXPECT_EQ(server.request().rfind("POST /v1/x HTTP/1.1\r\n", 0), 0u) << server.request();
    EXPECT_NE(server.request().find("Content-Length: 7\r\n"), std::string::npos) << server.request();
    EXPECT_TRUE(server.request().ends_with("\r\n\r\n{\"a\":1}")) << server.request();
}

TEST(ErrorAnswer, IsReadFromItsBody) {
    const Error error = decode_error_answer(
        {403, R"({"error":{"code":"refused","message":"no","rule":"applicant","missing":["li.na"],"retry":false}})"});
    EXPECT_EQ(error.code, ErrorCode::refused);
    EXPECT_EQ(error.message, "no");
    EXPECT_EQ(error.rule, "applicant");
    EXPECT_EQ(error.missing, std::vector<std::string>{"li.na"});
    EXPECT_FALSE(error.retry);
}

TEST(ErrorAnswer, IsReadFromItsStatusWhereTheBodyIsForeign) {
    const std::vector<std::pair<unsigned, ErrorCode>> statuses = {
        {400, ErrorCode::malformed},    {401, ErrorCode::not_identified}, {403, ErrorCode::refused},
        {404, ErrorCode::not_found},    {405, ErrorCode::malformed},      {409, ErrorCode::conflict},
        {413, ErrorCode::too_large},    {414, ErrorCode::too_large},      {431, ErrorCode::too_large},
        {422, ErrorCode::unacceptable}, {429, ErrorCode::too_many},       {503, ErrorCode::unavailable},
        {500, ErrorCode::internal},     {302, ErrorCode::internal},
    };
    for (const auto& [status, code] : statuses) {
        EXPECT_EQ(decode_error_answer({status, "<html>"}).code, code) << status;
        EXPECT_EQ(decode_error_answer({status, R"({"error":{"code":"brand-new","message":"x"}})"}).code, code)
            << status;
    }
}

TEST(PercentEncode, KeepsUnreservedCharactersOnly) {
    EXPECT_EQ(percent_encode("A-2026.0001_~"), "A-2026.0001_~");
    EXPECT_EQ(percent_encode("../x?y&z=章"), "..%2Fx%3Fy%26z%3D%E7%AB%A0");
}

}  // namespace
}  // namespace seald
