#include "daemon/identity/identifier.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

PersonId id(std::string_view text) { return PersonId::decode(text).value(); }
Department department(std::string_view text) { return Department::decode(text).value(); }

void enrol(Policy& policy, std::string_view who, std::optional<uid_t> uid) {
    policy.persons.emplace(
        id(who), Person{id(who), "李娜", department("sales"), uid, {Role::applicant, Role::reviewer}, {}, {}});
}
void enrol_client(Policy& policy, std::string_view who, uid_t uid) {
    policy.application_clients.emplace(id(who), ApplicationClient{id(who), uid, department("it")});
}
Peer peer(uid_t uid) { return {.uid = uid, .gid = 7, .pid = 42, .executable = "/usr/bin/sealctl"}; }

void expect_unknown(const Policy& policy, uid_t uid) {
    const auto caller = Identifier(policy).identify(peer(uid));
    ASSERT_FALSE(caller) << uid;
    EXPECT_EQ(caller.error().code, ErrorCode::not_identified);
    EXPECT_EQ(caller.error().message,
              "uid " + std::to_string(uid) +
                  " is not enrolled: add a [[person]] or [[application_client]] with unix_user to "
                  "the configuration");
}

TEST(Identifier, AnEnrolledUidIsThatPersonWithItsRolesAndItsPeer) {
    Policy policy;
    enrol(policy, "li.na", 2001);
    const auto caller = Identifier(policy).identify(peer(2001));
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->id(), id("li.na"));
    EXPECT_EQ(caller->kind(), Caller::Kind::person);
    EXPECT_EQ(caller->name(), "李娜");
    EXPECT_EQ(caller->department(), department("sales"));
    EXPECT_EQ(caller->roles(), (std::set<Role>{Role::applicant, Role::reviewer}));
    EXPECT_EQ(caller->peer().pid, 42);
    EXPECT_EQ(caller->peer().executable, "/usr/bin/sealctl");
}

TEST(Identifier, AnEnrolledProgramHasItsDepartmentAndNoRoles) {
    Policy policy;
    enrol_client(policy, "erp", 3001);
    const auto caller = Identifier(policy).identify(peer(3001));
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->id(), id("erp"));
    EXPECT_EQ(caller->kind(), Caller::Kind::application_client);
    EXPECT_EQ(caller->name(), "erp");
    EXPECT_EQ(caller->department(), department("it"));
    EXPECT_TRUE(caller->roles().empty());
}

TEST(Identifier, AnUnknownUidIsNotIdentifiedAndToldWhatWouldEnrolIt) {
    Policy policy;
    enrol(policy, "li.na", 2001);
    expect_unknown(policy, 1234);
    expect_unknown(policy, 0);  // root is nobody special
}

TEST(Identifier, APersonWithoutAUidIsNobodyOnTheSocket) {
    Policy policy;
    enrol(policy, "li.na", std::nullopt);
    expect_unknown(policy, static_cast<uid_t>(-1));
    expect_unknown(policy, 0);
}

TEST(Identifier, TheUidThatMeansNobodyIsNobodyEvenIfEnrolled) {
    Policy policy;
    enrol(policy, "li.na", static_cast<uid_t>(-1));
    expect_unknown(policy, static_cast<uid_t>(-1));
}

TEST(Identifier, AUidThatTwoShareIsNeitherOfThem) {
    Policy policy;
    enrol(policy, "li.na", 2001);
    enrol(policy, "wang.fang", 2001);
    expect_unknown(policy, 2001);
    enrol(policy, "li.si", 2002);
    enrol_client(policy, "erp", 2002);
    expect_unknown(policy, 2002);
}

}  // namespace
}  // namespace seald
