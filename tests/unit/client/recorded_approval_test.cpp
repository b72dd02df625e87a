#include "client/recorded_approval.hpp"

#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "client/recorded_signatures.hpp"
#include "core/approval.hpp"

namespace seald {
namespace {

struct RecordedApproval : testing::Test {
    PrivateKey key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    Approval approval{.issuer = PersonId::decode("wang.fang").value(),
                      .audience = "seald.example.org",
                      .applicant = PersonId::decode("li.na").value(),
                      .id = "a-1",
                      .issued_at = from_unix(1'795'000'000),
                      .not_before = from_unix(1'795'000'000),
                      .expires_at = from_unix(1'795'000'300),
                      .application = ApplicationNumber::decode("A-2026-0001").value(),
                      .seal = SealName::decode("contract").value(),
                      .step = StepName::decode("administration").value(),
                      .decision = Decision::approve,
                      .documents = {{Digest::of(DigestAlgorithm::sha256, as_bytes("x")), "x.pdf"}},
                      .quota_uses = {},
                      .purpose = "",
                      .reason = ""};

    boost::json::object entry() const {
        return {{"kind", "decision"},
                {"caller", boost::json::object{{"id", "wang.fang"}}},
                {"application", "A-2026-0001"},
                {"seal", "contract"},
                {"step", "administration"},
                {"decision", "approve"},
                {"approval", sign_approval(approval, key).value()},
                {"approval_key", key.public_key().to_pem()}};
    }
    static RecordedSignatures look_at(const boost::json::object& entry) {
        RecordedSignatures signatures([](const std::string&) -> Result<std::optional<std::string>> { return std::optional<std::string>(); });
        signatures.look_at(7, boost::json::serialize(entry));
        return signatures;
    }
};

TEST_F(RecordedApproval, IsGoodYearsLater) {
    const auto words = check_recorded_approval(entry());
    ASSERT_TRUE(words) << words.error().message;
    ASSERT_TRUE(*words);
    EXPECT_NE((*words)->find("signed by wang.fang"), std::string::npos) << **words;
}

TEST_F(RecordedApproval, DoesNotProveAnotherEntry) {
    for (const char* field : {"application", "seal", "step", "decision"}) {
        auto changed = entry();
        changed[field] = "another";
        EXPECT_FALSE(check_recorded_approval(changed)) << field;
    }
    auto changed = entry();
    changed["caller"] = boost::json::object{{"id", "li.na"}};
    EXPECT_FALSE(check_recorded_approval(changed));
    changed = entry();
    changed["approval_key"] = PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key().to_pem();
    EXPECT_FALSE(check_recorded_approval(changed));
    changed = entry();
    std::string jws(changed["approval"].as_string());
    jws[jws.size() - 10] = jws[jws.size() - 10] == 'A' ? 'B' : 'A';
    changed["approval"] = jws;
    EXPECT_FALSE(check_recorded_approval(changed));
}

TEST_F(RecordedApproval, OfALedgerAreCountedAndTheWrongOnesNamed) {
    EXPECT_FALSE(any_failed(look_at(entry()).verdict()));
    EXPECT_NE(look_at(entry()).verdict().front().words.find("1 decisions"), std::string::npos);
    auto wrong = entry();
    wrong["step"] = "another";
    const auto verdict = look_at(wrong).verdict();
    EXPECT_TRUE(any_failed(verdict));
    EXPECT_EQ(verdict.front().name, "entry 7");
    auto keyless = entry();
    keyless.erase("approval_key");
    EXPECT_EQ(look_at(keyless).verdict().back().outcome, Outcome::not_checked);
    auto detached = entry();
    detached["approval"] = boost::json::object{{"detached", "sha256:" + std::string(64, 'a')}, {"bytes", 70000}};
    EXPECT_TRUE(any_failed(look_at(detached).verdict())) << "what is kept beside it is missing";
}

}  // namespace
}  // namespace seald
