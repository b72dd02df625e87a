// What a witness's answers are taken for, by C2SP tlog-witness.
#include "daemon/witness/verdict.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

const std::string text = "seald.example.org\n50\n" + encode_base64(TreeHash{}) + "\n";
const Timestamp now = from_unix(1'795'000'000);

class VerdictTest : public ::testing::Test {
  protected:
    template <class Kind>
    bool is(const WitnessReply& reply, std::uint64_t from = 40, bool its_own = false) {
        verdict_ = judge_reply(reply, {.old_size = from, .size = 50, .text = text, .size_is_its_own = its_own}, witness_.witness());
        return std::holds_alternative<Kind>(verdict_);
    }
    std::string line(const Cosigner& by, const std::string& of = text) { return encode_note_signature(by.cosign(of, now)) + "\n"; }
    static WitnessReply conflict(const std::string& body, const std::string& type = "text/x.tlog.size") { return {409, type, body}; }

    Cosigner witness_ = Cosigner::make("w/1", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    Cosigner other_ = Cosigner::make("w/2", PrivateKey::generate(KeyAlgorithm::ed25519).value()).value();
    Verdict verdict_ = NotCosigned{};
};

TEST_F(VerdictTest, TakesTheCosignatureOfTheWitnesssKeyAndIgnoresOthers) {
    ASSERT_TRUE(is<GotCosignature>({200, "", line(other_) + line(witness_)}));
    EXPECT_EQ(std::get<GotCosignature>(verdict_).time, now);
    EXPECT_TRUE(is<NotCosigned>({200, "", line(other_)}));
    EXPECT_TRUE(is<NotCosigned>({200, "", ""}));
    EXPECT_TRUE(is<NotCosigned>({200, "", "<html>hello</html>"}));
    EXPECT_TRUE(is<NotCosigned>({200, "", line(witness_, "another text\n")}));
}

TEST_F(VerdictTest, AsksAgainFromTheSizeThatTheWitnessHas) {
    ASSERT_TRUE(is<AskFrom>(conflict("30\n")));
    EXPECT_EQ(std::get<AskFrom>(verdict_).size, 30u);
    EXPECT_TRUE(is<AskFrom>(conflict("50\n")));
    EXPECT_TRUE(is<AskFrom>(conflict("0\n")));
}

TEST_F(VerdictTest, MoreThanIsHereOrOthersThanAreHereAreAContradiction) {
    ASSERT_TRUE(is<Contradicted>(conflict("51\n")));
    EXPECT_NE(std::get<Contradicted>(verdict_).words.find("has cosigned 51 entries, and here there are 50"), std::string::npos);
    EXPECT_TRUE(is<Contradicted>({422, "", ""}, 40, true));
    EXPECT_TRUE(is<Contradicted>(conflict("50\n"), 50));
    EXPECT_TRUE(is<Contradicted>(conflict("", "text/plain"), 50)) << "the specification demands no size here";
}

TEST_F(VerdictTest, ARefusedProofIsOneOnlyOfAWitnessThatNamedTheSizeItself) {
    ASSERT_TRUE(is<AskFrom>({422, "", ""}));
    EXPECT_EQ(std::get<AskFrom>(verdict_).size, 0u) << "to which whoever is no witness has nothing to say";
    ASSERT_TRUE(is<NotCosigned>({422, "", ""}, 0));
    EXPECT_NE(std::get<NotCosigned>(verdict_).words.find("something before it"), std::string::npos);
}

TEST_F(VerdictTest, WhatSaysNothingOfTheLedgerIsNoContradiction) {
    for (const auto& reply : {conflict("51\n", "text/plain"), conflict("51"), conflict("051\n"), conflict("51\n\n"), conflict("-1\n"), conflict(""), conflict("40\n")})
        EXPECT_TRUE(is<NotCosigned>(reply)) << reply.body;
    for (unsigned status : {400U, 403U, 404U, 413U, 500U, 502U, 302U}) EXPECT_TRUE(is<NotCosigned>({status, "", "51\n"})) << status;
}

}  // namespace
}  // namespace seald
