// What an auditor finds out about the confirmations in an entry, with nothing but the entry.
#include "client/recorded_confirmation.hpp"

#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "core/act_confirmation.hpp"

namespace seald {
namespace {

namespace json = boost::json;

struct RecordedConfirmation : testing::Test {
    const std::string statement = R"({"act":"P-2026-0001","kind":"destroy"})";
    const PrivateKey guo = PrivateKey::generate(KeyAlgorithm::ec_p256).value(), liu = PrivateKey::generate(KeyAlgorithm::ec_p256).value();

    std::string digest(const std::string& text) const { return Digest::of(DigestAlgorithm::sha256, as_bytes(text)).hex(); }
    std::string sign(const std::string& person, const PrivateKey& key, const std::string& of) const {
        const Timestamp now = from_unix(1'795'000'000);
        const ActConfirmation confirmation{.issuer = PersonId::decode(person).value(),
                                           .audience = "seald.example.org",
                                           .id = "c-" + person,
                                           .issued_at = now,
                                           .not_before = now,
                                           .expires_at = now + std::chrono::minutes(5),
                                           .act = ActNumber::make(2026, 1),
                                           .statement = Digest::of(DigestAlgorithm::sha256, as_bytes(of))};
        return sign_act_confirmation(confirmation, key).value();
    }
    json::object confirmed() const {
        return {{"kind", "act-confirmed"},
                {"caller", json::object{{"id", "guo.jing"}}},
                {"act", "P-2026-0001"},
                {"statement_sha256", digest(statement)},
                {"confirmation", json::object{{"jws", sign("guo.jing", guo, statement)}, {"key", guo.public_key().to_pem()}}}};
    }
    json::object witness(const std::string& person, const PrivateKey& key) const {
        return {{"person", person}, {"jws", sign(person, key, statement)}, {"key", key.public_key().to_pem()}};
    }
    json::object destroyed(json::array witnesses) const {
        return {{"kind", "seal-destroyed"}, {"act", "P-2026-0001"}, {"asked_by", "zhang.wei"}, {"statement", statement}, {"witnesses", std::move(witnesses)}};
    }
    void expect_refused(const json::object& entry, const std::string& words) const {
        const auto refused = check_recorded_confirmations(entry);
        ASSERT_FALSE(refused);
        EXPECT_EQ(refused.error().code, ErrorCode::verification_failed);
        EXPECT_NE(refused.error().message.find(words), std::string::npos) << refused.error().message;
    }
};

TEST_F(RecordedConfirmation, IsGoodYearsLater) {
    const auto good = check_recorded_confirmations(confirmed());
    ASSERT_TRUE(good) << good.error().message;
    ASSERT_EQ(good->size(), 1u);
    EXPECT_NE(good->at(0).words.find("signed by guo.jing"), std::string::npos);
    EXPECT_TRUE(check_recorded_confirmations({{"kind", "seal-made"}}).value().empty());
}

TEST_F(RecordedConfirmation, SaysWhatDoesNotFit) {
    auto other = confirmed();
    other["act"] = "P-2026-0002";
    expect_refused(other, "another act");
    other = confirmed();
    other["statement_sha256"] = digest("another");
    expect_refused(other, "another statement");
    other = confirmed();
    other["caller"] = json::object{{"id", "liu.yang"}};
    expect_refused(other, "somebody else");
    other = confirmed();
    other["confirmation"].as_object()["key"] = liu.public_key().to_pem();
    expect_refused(other, "not signed with the key");
    other.erase("confirmation");
    expect_refused(other, "no signed confirmation");
}

TEST_F(RecordedConfirmation, OfADestructionThereAreTwoByTwoOthers) {
    EXPECT_EQ(check_recorded_confirmations(destroyed({witness("guo.jing", guo), witness("liu.yang", liu)})).value().size(), 2u);
    expect_refused(destroyed({witness("guo.jing", guo)}), "fewer than two");
    expect_refused(destroyed({witness("guo.jing", guo), witness("guo.jing", liu)}), "fewer than two");
    expect_refused(destroyed({witness("zhang.wei", guo), witness("liu.yang", liu)}), "who asked");
    auto changed = destroyed({witness("guo.jing", guo), witness("liu.yang", liu)});
    changed["statement"] = statement + " ";
    expect_refused(changed, "another statement");
    changed.erase("witnesses");
    expect_refused(changed, "no witnesses");
}

}  // namespace
}  // namespace seald
