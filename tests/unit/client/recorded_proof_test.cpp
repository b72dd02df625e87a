#include "client/recorded_proof.hpp"

#include <gtest/gtest.h>

#include "core/use_proof.hpp"

namespace seald {
namespace {

const Digest document = Digest::of(DigestAlgorithm::sha256, as_bytes("x"));

struct RecordedProof : testing::Test {
    PrivateKey key = PrivateKey::generate(KeyAlgorithm::ec_p256).value();
    UseProof proof{.issuer = PersonId::decode("li.na").value(),
                   .audience = "seald.example.org",
                   .id = "p-1",
                   .issued_at = from_unix(1'795'000'000),
                   .not_before = from_unix(1'795'000'000),
                   .expires_at = from_unix(1'795'000'300),
                   .request_id = "r-1",
                   .seal = SealName::decode("contract").value(),
                   .application = ApplicationNumber::decode("A-2026-0001").value(),
                   .approvals = {},
                   .documents = {{document, "x.pdf"}},
                   .format = "cms",
                   .purpose = ""};

    boost::json::object entry() const {
        return {{"caller", boost::json::object{{"id", "li.na"}}},
                {"seal", "contract"},
                {"request_id", "r-1"},
                {"application", "A-2026-0001"},
                {"format", "cms"},
                {"purpose", ""},
                {"document", boost::json::object{{"digest", "sha256:" + document.hex()}}},
                {"proof", boost::json::object{{"id", "p-1"}, {"jws", sign_use_proof(proof, key).value()}, {"key", key.public_key().to_pem()}}}};
    }
};

TEST_F(RecordedProof, IsGoodYearsLater) {
    const auto words = check_recorded_proof(entry());
    ASSERT_TRUE(words) << words.error().message;
    ASSERT_TRUE(*words);
    EXPECT_NE((*words)->find("signed by li.na"), std::string::npos) << **words;
    EXPECT_NE((*words)->find(key.public_key().thumbprint()), std::string::npos);
}

TEST_F(RecordedProof, SaysNothingOfAnEntryWithoutOne) {
    auto without = entry();
    without.erase("proof");
    EXPECT_FALSE(check_recorded_proof(without).value());
    without["proof"] = boost::json::object{{"id", "p-1"}, {"entry", 17}};
    EXPECT_NE(check_recorded_proof(without).value()->find("entry 17"), std::string::npos);
}

TEST_F(RecordedProof, DoesNotProveAnotherEntry) {
    for (const char* field : {"seal", "request_id", "application", "format", "purpose"}) {
        auto changed = entry();
        changed[field] = "another";
        const auto words = check_recorded_proof(changed);
        EXPECT_FALSE(words) << field;
    }
    auto changed = entry();
    changed["caller"] = boost::json::object{{"id", "wang.fang"}};
    EXPECT_FALSE(check_recorded_proof(changed));
    changed = entry();
    changed["document"] = boost::json::object{{"digest", "sha256:" + std::string(64, '0')}};
    EXPECT_FALSE(check_recorded_proof(changed));
}

TEST_F(RecordedProof, IsSignedWithTheKeyThatTheEntryNames) {
    auto changed = entry();
    changed["proof"].as_object()["key"] = PrivateKey::generate(KeyAlgorithm::ec_p256).value().public_key().to_pem();
    EXPECT_FALSE(check_recorded_proof(changed));
}

}  // namespace
}  // namespace seald
