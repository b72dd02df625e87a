// What the three of a hand-over sign, byte by byte what the claims say.
#include "core/hand_over_statement.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace seald {
namespace {

HandOverStatement statement(HandOverPart part) {
    const auto id = [](const char* text) { return PersonId::decode(text).value(); };
    return {.issuer = id("zhang.wei"), .audience = "seald.example.org", .id = "one", .issued_at = from_unix(1000), .expires_at = from_unix(1300), .part = part,
            .hand_over = part == HandOverPart::give ? 0U : 7U, .seal = SealName::decode("contract").value(), .giver = id("zhang.wei"), .receiver = id("sun.li"),
            .supervisor = id("chen.jie"), .reason = "移交"};
}

std::string without(std::string_view claim, std::string_view other = "", const boost::json::value& value = nullptr) {
    auto object = boost::json::parse(statement(HandOverPart::receive).to_claims()).as_object();
    object.erase(claim);
    if (!other.empty()) object[other] = value;
    return boost::json::serialize(object);
}

TEST(HandOverStatement, SaysTheSameAfterItWasWrittenAndRead) {
    for (const auto part : {HandOverPart::give, HandOverPart::receive, HandOverPart::supervise}) {
        const auto before = statement(part);
        const auto after = HandOverStatement::from_claims(before.to_claims()).value();
        EXPECT_EQ(after.part, part);
        EXPECT_EQ(after.hand_over, before.hand_over);
        EXPECT_EQ(after.receiver, before.receiver);
        EXPECT_EQ(after.supervisor, before.supervisor);
        EXPECT_EQ(after.reason, before.reason);
        EXPECT_EQ(after.expires_at, before.expires_at);
    }
}

TEST(HandOverStatement, EveryClaimIsNeededAndNoOtherIsUnderstood) {
    for (const char* claim : {"iss", "aud", "jti", "iat", "exp", "part", "seal", "giver", "receiver", "supervisor", "reason", "hand_over"})
        EXPECT_FALSE(HandOverStatement::from_claims(without(claim))) << claim;
    EXPECT_FALSE(HandOverStatement::from_claims(without("none", "more", "x")));
    EXPECT_FALSE(HandOverStatement::from_claims(without("none", "hand_over", 0)));
    EXPECT_FALSE(HandOverStatement::from_claims(without("none", "part", "give"))) << "what is given has no number yet";
    EXPECT_FALSE(HandOverStatement::from_claims(without("none", "part", "steal")));
    EXPECT_FALSE(HandOverStatement::from_claims(without("none", "receiver", "Sun Li")));
}

}  // namespace
}  // namespace seald
