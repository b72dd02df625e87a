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

}  // namespace
}  // namespace seald::test
