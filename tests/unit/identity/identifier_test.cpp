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

Digest fingerprint(std::string_view of) { return Digest::of(DigestAlgorithm::sha256, as_bytes(of)); }
Peer tls_peer(std::string_view certificate, std::vector<std::string> names = {}) {
    Peer peer;
    peer.certificate = ClientCertificate{.fingerprint = fingerprint(certificate), .names = {}, .subject = "CN=li.na", .serial = "01"};
    for (const auto& name : names) peer.certificate->names.push_back(AlternativeName::decode(name).value());
    return peer;
}

struct EnrolledOverTls : testing::Test {
    EnrolledOverTls() {
        enrol(policy, "li.na", 2001);
        policy.persons.at(id("li.na")).certificate = fingerprint("hers");
        enrol_client(policy, "erp", 3001);
        policy.application_clients.at(id("erp")).certificate_name = AlternativeName::decode("DNS:erp.example.org").value();
    }
    Policy policy;
};

TEST_F(EnrolledOverTls, ACertificateIsKnownByItsFingerprintOrAName) {
    EXPECT_EQ(Identifier(policy).identify(tls_peer("hers")).value().id(), id("li.na"));
    EXPECT_EQ(Identifier(policy).identify(tls_peer("any", {"DNS:x", "DNS:erp.example.org"})).value().id(), id("erp"));
}

TEST_F(EnrolledOverTls, ACertificateThatMerelyChainsIsNobody) {
    const auto caller = Identifier(policy).identify(tls_peer("another", {"DNS:ERP.example.org", "email:erp.example.org"}));
    ASSERT_FALSE(caller);
    EXPECT_EQ(caller.error().code, ErrorCode::not_identified);
    EXPECT_EQ(caller.error().message, "certificate " + fingerprint("another").hex() +
                                          " is not enrolled: add a [[person]] or [[application_client]] with "
                                          "tls_certificate_sha256 or tls_san to the configuration");
}

TEST_F(EnrolledOverTls, AUidDoesNotCountBesideACertificate) {
    Peer peer = tls_peer("another");
    peer.uid = 2001;
    EXPECT_FALSE(Identifier(policy).identify(peer));
}

TEST_F(EnrolledOverTls, ACertificateThatPointsToTwoIsNeitherOfThem) {
    EXPECT_FALSE(Identifier(policy).identify(tls_peer("hers", {"DNS:erp.example.org"})));
}

}  // namespace
}  // namespace seald
