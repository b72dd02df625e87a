#include "daemon/tokens/fair_queue.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

std::string order_of(FairQueue<std::string>& queue) {
    std::string order;
    while (auto item = queue.pop()) order += *item + " ";
    return order;
}

TEST(FairQueue, OneCallersOwnComeInTheOrderTheyWerePutIn) {
    FairQueue<std::string> queue(10, 10);
    for (const char* item : {"a1", "a2", "a3"}) EXPECT_TRUE(queue.push("a", item));
    EXPECT_EQ(order_of(queue), "a1 a2 a3 ");
}

TEST(FairQueue, CallersTakeTurnsHoweverManyOneOfThemHas) {
    FairQueue<std::string> queue(10, 20);
    for (const char* item : {"a1", "a2", "a3", "a4"}) queue.push("a", item);
    queue.push("b", "b1");
    queue.push("c", "c1");
    queue.push("b", "b2");
    EXPECT_EQ(order_of(queue), "a1 b1 c1 a2 b2 a3 a4 ");
}

TEST(FairQueue, WhoComesBackWaitsForEverybodyElseOnce) {
    FairQueue<std::string> queue(10, 20);
    queue.push("a", "a1");
    queue.push("b", "b1");
    EXPECT_EQ(queue.pop(), "a1");
    queue.push("a", "a2");
    EXPECT_EQ(order_of(queue), "b1 a2 ");
}

TEST(FairQueue, ACallerAndAllTogetherHaveABound) {
    FairQueue<std::string> queue(2, 3);
    EXPECT_TRUE(queue.push("a", "a1"));
    EXPECT_TRUE(queue.push("a", "a2"));
    EXPECT_FALSE(queue.push("a", "a3"));
    EXPECT_TRUE(queue.push("b", "b1"));
    EXPECT_FALSE(queue.push("c", "c1"));
    EXPECT_EQ(order_of(queue), "a1 b1 a2 ");
}

TEST(FairQueue, WhoGivesUpMakesRoom) {
    FairQueue<std::string> queue(1, 2);
    queue.push("a", "a1");
    queue.push("b", "b1");
    queue.erase("a1");
    queue.erase("not there");
    EXPECT_EQ(queue.size(), 1U);
    EXPECT_TRUE(queue.push("a", "a2"));
    EXPECT_EQ(order_of(queue), "b1 a2 ");
    EXPECT_TRUE(queue.empty());
}

}  // namespace
}  // namespace seald
