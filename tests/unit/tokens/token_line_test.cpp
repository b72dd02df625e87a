#include "daemon/tokens/token_line.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>

namespace seald {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

// Each visitor takes a turn, says so, and keeps it until the test lets it go.
struct TokenLineTest : testing::Test {
    asio::io_context loop;
    unsigned observed = 0;
    std::string order;
    std::deque<TokenLine::Turn> held;

    TokenLine line_for(unsigned at_once, std::chrono::milliseconds patience) {
        return {loop.get_executor(), TokenName::decode("usb-1").value(), at_once, patience,
                [this](TokenLine::Clock::duration, TokenLine::Clock::duration) { ++observed; }};
    }
    asio::awaitable<void> visit(TokenLine& line, std::string caller, std::string label) {
        auto turn = co_await line.take(PersonId::decode(caller).value());
        order += turn ? label + " " : label + "!" + std::string(to_string(turn.error().code)) + " ";
        if (turn) held.push_back(std::move(*turn));
    }
    void send(TokenLine& line, std::string caller, std::string label) {
        asio::co_spawn(loop, visit(line, std::move(caller), std::move(label)), asio::detached);
        loop.restart();
        loop.poll();
    }
    void let_go() {
        held.pop_front();
        loop.restart();
        loop.poll();
    }
};

TEST_F(TokenLineTest, CallersTakeTurns) {
    auto line = line_for(1, 1h);
    for (const char* label : {"a1", "a2", "a3"}) send(line, "a", label);
    send(line, "b", "b1");
    EXPECT_EQ(order, "a1 ");
    EXPECT_EQ(line.waiting(), 3U);
    for (int i = 0; i < 3; ++i) let_go();
    EXPECT_EQ(order, "a1 a2 b1 a3 ");
    let_go();
    EXPECT_EQ(observed, 4U);
    send(line, "b", "b2");
    EXPECT_EQ(order, "a1 a2 b1 a3 b2 ");
    held.clear();
}

TEST_F(TokenLineTest, WhoWaitsTooLongLeavesAndMakesRoom) {
    auto line = line_for(1, 1ms);
    send(line, "a", "a1");
    send(line, "b", "b1");
    loop.restart();
    loop.run();  // until nothing is left to wait for
    EXPECT_EQ(order, "a1 b1!too-many ");
    EXPECT_EQ(line.waiting(), 0U);
    let_go();
    send(line, "b", "b2");
    EXPECT_EQ(order, "a1 b1!too-many b2 ");
    held.clear();
}

TEST_F(TokenLineTest, ALineThatIsFullSaysSoAtOnce) {
    auto line = line_for(1, 1h);
    send(line, "a", "holds");
    for (int i = 0; i < 256; ++i) send(line, "a", "waits");
    send(line, "a", "over");
    send(line, "b", "waits");
    EXPECT_EQ(order, "holds over!too-many ");
    EXPECT_EQ(line.waiting(), 257U);
    held.clear();
}

TEST_F(TokenLineTest, ThereIsRoomForAQuarterOfEachCallerAndNoMoreInAll) {
    auto line = line_for(1, 1h);
    std::deque<TokenLine::Room> rooms;
    const auto come = [&](const std::string& caller, std::size_t documents) {
        auto room = line.make_room(PersonId::decode(caller).value(), documents);
        if (room) rooms.push_back(std::move(*room));
        return room ? std::string() : room.error().rule + ": " + room.error().message;
    };
    for (int i = 0; i < 15; ++i) EXPECT_EQ(come("a", 1000), "") << "of a large request no more than 16 wait at once";
    EXPECT_EQ(come("a", 15), "");
    EXPECT_NE(come("a", 2).find("token-line: too many signatures for a wait"), std::string::npos);
    EXPECT_EQ(come("a", 1), "");
    for (const char* caller : {"b", "c", "d"})
        for (int i = 0; i < 16; ++i) {
            EXPECT_FALSE(line.full());
            EXPECT_EQ(come(caller, 16), "");
        }
    EXPECT_TRUE(line.full());
    EXPECT_NE(come("e", 1).find("token-line: too many signatures wait for token usb-1 (1024)"), std::string::npos);
    rooms.pop_front();
    EXPECT_FALSE(line.full());
    EXPECT_EQ(come("e", 1), "");
    rooms.clear();
    EXPECT_EQ(come("a", 16), "");
}

}  // namespace
}  // namespace seald
