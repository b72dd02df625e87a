#include "daemon/store/token_table.hpp"

#include "sample_rows.hpp"

namespace seald::test {
namespace {

using namespace tables;

class TokenTable : public TableTest {
  protected:
    const TokenName token_ = TokenName::decode("usb-1").value();
    const TokenIdentity identity_{.serial = "a1b2", .model = "SoftHSM v2", .manufacturer = "SoftHSM project"};
};

TEST_F(TokenTable, TheFirstIdentitySeenIsKept) {
    EXPECT_EQ(find_token(db, token_).value(), std::nullopt);
    remember_token(db, token_, identity_).value();
    EXPECT_TRUE(remember_token(db, token_, identity_));
    auto other = identity_;
    other.serial = "ffff";
    EXPECT_EQ(error_of(remember_token(db, token_, other)).rule, "token-changed");
    EXPECT_EQ(find_token(db, token_).value(), identity_);
}

TEST_F(TokenTable, AnAttemptOfUnknownEndIsNotRepeated) {
    EXPECT_FALSE(is_unlock_attempt_open(db, token_).value());
    begin_unlock_attempt(db, token_).value();
    EXPECT_TRUE(is_unlock_attempt_open(db, token_).value());
    EXPECT_EQ(error_of(begin_unlock_attempt(db, token_)).rule, "unlock-attempt-open");
    end_unlock_attempt(db, token_).value();
    EXPECT_FALSE(is_unlock_attempt_open(db, token_).value());
    EXPECT_TRUE(begin_unlock_attempt(db, token_));
}

TEST_F(TokenTable, AttemptsAndIdentityDoNotDisturbEachOther) {
    begin_unlock_attempt(db, token_).value();
    EXPECT_EQ(find_token(db, token_).value(), std::nullopt);
    remember_token(db, token_, identity_).value();
    EXPECT_TRUE(is_unlock_attempt_open(db, token_).value());
    EXPECT_FALSE(is_unlock_attempt_open(db, TokenName::decode("usb-2").value()).value());
    EXPECT_TRUE(end_unlock_attempt(db, TokenName::decode("usb-2").value()));
}

TEST_F(TokenTable, RefusedPinsAreKeptPerTokenUntilForgotten) {
    const auto other = TokenName::decode("usb-2").value();
    const Bytes one(16, 1), two(16, 2);
    const auto salt = refused_pins(db, token_).value().salt;
    EXPECT_EQ(salt.size(), 16U);
    EXPECT_EQ(refused_pins(db, token_).value().salt, salt);
    EXPECT_NE(refused_pins(db, other).value().salt, salt);
    remember_refused_pin(db, token_, one, from_unix(1)).value();
    remember_refused_pin(db, token_, two, from_unix(2)).value();
    remember_refused_pin(db, token_, two, from_unix(3)).value();
    EXPECT_EQ(refused_pins(db, token_).value().prints, (std::vector<Bytes>{two, one}));
    EXPECT_TRUE(refused_pins(db, other).value().prints.empty());
    forget_refused_pins(db, token_).value();
    EXPECT_TRUE(refused_pins(db, token_).value().prints.empty());
}

TEST_F(TokenTable, ALockAndAProfileAreRemembered) {
    EXPECT_FALSE(is_token_locked(db, token_).value());
    set_token_locked(db, token_, true).value();
    EXPECT_TRUE(is_token_locked(db, token_).value());
    set_token_locked(db, token_, false).value();
    EXPECT_FALSE(is_token_locked(db, token_).value());
    EXPECT_EQ(find_profile(db, token_).value(), std::nullopt);
    keep_profile(db, token_, "{}").value();
    EXPECT_EQ(find_profile(db, token_).value(), "{}");
}

}  // namespace
}  // namespace seald::test
