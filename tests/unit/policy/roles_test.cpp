#include "daemon/policy/roles.hpp"

#include <gtest/gtest.h>

#include "tests/unit/policy/office.hpp"

namespace seald::test {
namespace {

using enum Act;

bool may(const Office& office, std::string_view who, Act act) { return require_role_for(act, office.caller(who)).has_value(); }

TEST(Roles, LetCustodiansAndAdministratorsManageSeals) {
    const Office office;
    for (const Act act : {make_seal, manage_seal}) {
        EXPECT_TRUE(may(office, "chen.jing", act));
        EXPECT_TRUE(may(office, "zhao.min", act));
        for (const char* who : {"li.na", "wang.fang", "zhang.wei", "sun.li", "erp"}) EXPECT_FALSE(may(office, who, act)) << who;
    }
}
TEST(Roles, LetAnyoneWhoAnswersForTheProcessStopASeal) {
    const Office office;
    for (const char* who : {"chen.jing", "zhao.min", "zhang.wei", "sun.li"}) EXPECT_TRUE(may(office, who, stop_seal)) << who;
    for (const char* who : {"li.na", "wang.fang", "erp"}) EXPECT_FALSE(may(office, who, stop_seal)) << who;
}
TEST(Roles, KeepPinsToCustodians) {
    const Office office;
    EXPECT_TRUE(may(office, "chen.jing", use_token_pin));
    for (const char* who : {"li.na", "wang.fang", "zhang.wei", "zhao.min", "sun.li", "erp"}) EXPECT_FALSE(may(office, who, use_token_pin)) << who;
}
TEST(Roles, KeepTheWholeLedgerToThoseWhoAudit) {
    const Office office;
    for (const char* who : {"sun.li", "zhao.min", "chen.jing"}) EXPECT_TRUE(may(office, who, read_whole_ledger)) << who;
    for (const char* who : {"li.na", "wang.fang", "zhang.wei", "erp"}) EXPECT_FALSE(may(office, who, read_whole_ledger)) << who;
}
TEST(Roles, NameWhoWouldBeNeeded) {
    const Office office;
    const auto refused = require_role_for(use_token_pin, office.caller("li.na"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().rule, "role-required");
    EXPECT_EQ(refused.error().missing, std::vector<std::string>{"a person with the role custodian"});
}

}  // namespace
}  // namespace seald::test
