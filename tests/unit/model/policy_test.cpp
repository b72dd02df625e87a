#include "daemon/model/policy.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

SealName name(std::string_view text) { return SealName::decode(text).value(); }

TEST(Policy, ASealsOwnPolicyComesBeforeItsKinds) {
    Policy policy;
    policy.seals["contract"].approval_ttl = seconds(1);
    policy.seals["contract-1"].approval_ttl = seconds(2);
    EXPECT_EQ(policy.find_seal_policy(name("contract-1"), SealKind::contract)->approval_ttl, seconds(2));
    EXPECT_EQ(policy.find_seal_policy(name("contract-2"), SealKind::contract)->approval_ttl, seconds(1));
}

TEST(Policy, NeitherMeansThereIsNone) {
    Policy policy;
    policy.seals["contract"];
    EXPECT_EQ(policy.find_seal_policy(name("finance-1"), SealKind::finance), nullptr);
}

TEST(Policy, PersonsAreFoundByExactId) {
    Policy policy;
    const PersonId id = PersonId::decode("li.na").value();
    policy.persons.emplace(id, Person{id, "李娜", {}, {}, {}, {}, {}});
    ASSERT_NE(policy.find_person(id), nullptr);
    EXPECT_EQ(policy.find_person(id)->name, "李娜");
    EXPECT_EQ(policy.find_person(PersonId::decode("li.na2").value()), nullptr);
}

}  // namespace
}  // namespace seald
