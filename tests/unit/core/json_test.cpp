#include "core/json.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

std::string problem_of(const ObjectReader& in) {
    auto done = in.finish();
    return done ? "" : done.error().message;
}

std::string nested(int levels) {
    auto count = static_cast<std::size_t>(levels);
    return std::string(count, '[') + std::string(count, ']');
}

TEST(ParseJson, ReadsEveryKindOfValue) {
    auto value = parse_json(R"( {"s":"\u7ae0","i":-5,"b":true,"n":null,"a":[1,2],"o":{"x":{}}} )").value();
    EXPECT_EQ(value.at("s").as_string(), "\u7ae0");
    EXPECT_EQ(value.at("i").as_int64(), -5);
    EXPECT_EQ(value.at("a").as_array().size(), 2U);
    EXPECT_TRUE(value.at("o").at("x").as_object().empty());
    EXPECT_EQ(parse_json("\"alone\"").value().as_string(), "alone");
}

TEST(ParseJson, WhatIsNotStrictJsonIsRefused) {
    for (std::string_view text : {"",
                                  " ",
                                  "{",
                                  "{}x",
                                  "{} {}",
                                  "[1,]",
                                  "{\"a\":1,}",
                                  "{a:1}",
                                  "{'a':1}",
                                  "// c\n1",
                                  "/* c */1",
                                  "NaN",
                                  "Infinity",
                                  "-",
                                  "01",
                                  "1.",
                                  "+1",
                                  "\"\n\"",
                                  "\"\xff\"",
                                  "\"\xed\xa0\x80\"",
                                  "\"\xc0\xaf\"",
                                  "\"\\ud800\"",
                                  "\"\\x41\"",
                                  "\xef\xbb\xbf{}",
                                  "tru",
                                  "\"open"}) {
        auto refused = parse_json(text);
        ASSERT_FALSE(refused) << text;
        EXPECT_EQ(refused.error().code, ErrorCode::malformed);
    }
    EXPECT_FALSE(parse_json(std::string_view("{}\0", 3)));
}

TEST(ParseJson, ARepeatedFieldIsRefusedAndNamed) {
    EXPECT_EQ(parse_json(R"({"seal":"a","seal":"b"})").error().message, "field \"seal\" is repeated");
    EXPECT_FALSE(parse_json(R"([{"o":{"x":1,"y":2,"x":3}}])"));
    EXPECT_FALSE(parse_json(R"({"":1,"":2})"));
}

TEST(ParseJson, ARepeatedFieldIsSeenThroughEscapesAndAcrossNestedObjects) {
    EXPECT_FALSE(parse_json("{\"seal\":1,\"\\u0073eal\":2}"));
    EXPECT_FALSE(parse_json("{\"s\\u0065al\":1,\"\\u0073eal\":2}"));
    EXPECT_FALSE(parse_json(R"({"a":{"b":1},"c":[{"a":1}],"a":2})"));
}

TEST(ParseJson, TheSameFieldInDifferentObjectsIsFine) {
    EXPECT_TRUE(parse_json(R"({"a":{"a":{"a":1}},"b":[{"a":1},{"a":2}]})"));
    EXPECT_TRUE(parse_json(R"({"a":1,"A":2,"a ":3})"));
}

TEST(ParseJson, DepthIsLimitedTo32) {
    EXPECT_TRUE(parse_json(nested(32)));
    EXPECT_FALSE(parse_json(nested(33)));
    EXPECT_FALSE(parse_json(std::string(1000000, '[')));
}

TEST(ParseJson, SizeIsLimited) {
    auto refused = parse_json("\"" + std::string(16 * 1024 * 1024, 'x') + "\"");
    EXPECT_EQ(refused.error().code, ErrorCode::too_large);
}

TEST(ParseJson, AnObjectIsAnObject) {
    EXPECT_TRUE(parse_json_object("{}"));
    for (std::string_view text : {"[]", "null", "1", "\"{}\""}) EXPECT_FALSE(parse_json_object(text)) << text;
}

TEST(ObjectReader, TakesFieldsOfEveryType) {
    auto object = parse_json_object(R"({"t":"x","i":7,"b":true,"a":[1],"o":{"k":1}})").value();
    ObjectReader in(object, "");
    EXPECT_EQ(in.text("t"), "x");
    EXPECT_EQ(in.integer("i"), 7);
    EXPECT_TRUE(in.boolean("b"));
    EXPECT_EQ(in.array("a").size(), 1U);
    EXPECT_EQ(in.object("o").size(), 1U);
    EXPECT_TRUE(in.finish());
}

TEST(ObjectReader, OptionalFieldsMayBeThereOrNot) {
    auto object = parse_json_object(R"({"t":"x","i":7,"b":false,"a":[1],"o":{"k":1}})").value();
    ObjectReader in(object, "");
    EXPECT_EQ(in.find_text("t"), "x");
    EXPECT_EQ(in.find_integer("i"), 7);
    EXPECT_EQ(in.find_boolean("b"), false);
    ASSERT_NE(in.find_array("a"), nullptr);
    ASSERT_NE(in.find_object("o"), nullptr);
    EXPECT_EQ(in.find_text("t2"), std::nullopt);
    EXPECT_EQ(in.find_integer("i2"), std::nullopt);
    EXPECT_EQ(in.find_boolean("b2"), std::nullopt);
    EXPECT_EQ(in.find_array("a2"), nullptr);
    EXPECT_EQ(in.find_object("o2"), nullptr);
    EXPECT_TRUE(in.finish());
}

TEST(ObjectReader, AMissingFieldIsNamedWithItsPath) {
    boost::json::object empty;
    ObjectReader in(empty, "documents[0]");
    EXPECT_EQ(in.text("digest"), "");
    EXPECT_EQ(problem_of(in), "field \"documents[0].digest\" is missing");
    ObjectReader top(empty, "");
    EXPECT_TRUE(top.array("documents").empty());
    EXPECT_EQ(problem_of(top), "field \"documents\" is missing");
}

TEST(ObjectReader, AnUnknownFieldIsNamedWithItsPath) {
    auto object = parse_json_object(R"({"foo":1})").value();
    EXPECT_EQ(problem_of(ObjectReader(object, "")), "unknown field \"foo\"");
    EXPECT_EQ(problem_of(ObjectReader(object, "quota")), "unknown field \"quota.foo\"");
}

TEST(ObjectReader, AnUnknownFieldMayBeIgnoredWhereTheFormatSaysSo) {
    auto object = parse_json_object(R"({"foo":1})").value();
    ObjectReader in(object, "");
    in.ignore_unknown();
    EXPECT_TRUE(in.finish());
    static_cast<void>(in.text("bar"));
    EXPECT_EQ(problem_of(in), "field \"bar\" is missing");
}

TEST(ObjectReader, AWrongTypeIsNamed) {
    auto object = parse_json_object(R"({"s":"1","i":1,"d":1.0,"u":9223372036854775808,"n":null})").value();
    auto problem = [&](auto&& take) {
        ObjectReader in(object, "p");
        in.ignore_unknown();
        take(in);
        return problem_of(in);
    };
    EXPECT_EQ(problem([](auto& in) { in.text("i"); }), "field \"p.i\" must be a string");
    EXPECT_EQ(problem([](auto& in) { in.integer("s"); }), "field \"p.s\" must be an integer of at most 63 bits");
    EXPECT_EQ(problem([](auto& in) { in.integer("d"); }), "field \"p.d\" must be an integer of at most 63 bits");
    EXPECT_EQ(problem([](auto& in) { in.integer("u"); }), "field \"p.u\" must be an integer of at most 63 bits");
    EXPECT_EQ(problem([](auto& in) { in.boolean("i"); }), "field \"p.i\" must be true or false");
    EXPECT_EQ(problem([](auto& in) { in.array("s"); }), "field \"p.s\" must be an array");
    EXPECT_EQ(problem([](auto& in) { in.object("s"); }), "field \"p.s\" must be an object");
    EXPECT_EQ(problem([](auto& in) { in.find_text("n"); }), "field \"p.n\" must be a string");
    EXPECT_EQ(problem([](auto& in) { in.find_integer("s"); }), "field \"p.s\" must be an integer of at most 63 bits");
}

TEST(ObjectReader, TheFirstErrorWinsAndLaterFieldsAreEmpty) {
    auto object = parse_json_object(R"({"b":"there","c":5,"unknown":1})").value();
    ObjectReader in(object, "");
    static_cast<void>(in.text("a"));
    EXPECT_EQ(in.text("b"), "");
    EXPECT_EQ(in.integer("c"), 0);
    EXPECT_TRUE(in.object("d").empty());
    EXPECT_EQ(problem_of(in), "field \"a\" is missing");
}

TEST(ObjectReader, ANameThatCouldHarmALogIsNotShown) {
    auto hostile = parse_json_object("{\"a\\u001b[2J\":1}").value();
    EXPECT_EQ(problem_of(ObjectReader(hostile, "")), "unknown field \"(unprintable)\"");
    auto longer = parse_json_object("{\"" + std::string(1000, 'x') + "\":1}").value();
    EXPECT_EQ(problem_of(ObjectReader(longer, "")), "unknown field \"(unprintable)\"");
}

}  // namespace
}  // namespace seald
