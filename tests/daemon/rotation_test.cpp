// Another key for a seal: what was begun with the old one ends with it, what begins after the cut-over has the new one, and a key
// that cannot be used is not cut over to.
#include "tests/daemon/rotation.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

TEST_F(Rotation, WhatTheOldKeySealedStaysVerifiableAndTheRegisterKnowsWhoseItWas) {
    Instance instance;
    start(instance);
    write(instance.desk() / "old.pem", pem_of(instance));
    const auto file = instance.write_file("old.txt", "sealed with the first key");
    const auto number = instance.approved_application({file});
    const auto waiting = instance.approved_application({instance.write_file("new.txt", "approved before, sealed after")});
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", number, file.string()}).exit_code, 0);
    const auto before = to_rfc3339(SystemClock().now());
    const auto old_serial = word(show(instance).at("certificate").as_object(), "serial");

    replace(instance);
    EXPECT_EQ(show(instance).at("version").to_number<int>(), 1) << "nothing changes before the cut-over";
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    const auto now = show(instance);
    EXPECT_EQ(now.at("version").to_number<int>(), 2);
    EXPECT_EQ(word(now, "state"), "in-force");
    ASSERT_EQ(now.at("versions").as_array().size(), 2u);
    const auto& first = now.at("versions").at(0).as_object();
    EXPECT_EQ(word(first, "state"), "replaced");
    EXPECT_EQ(word(first.at("certificate").as_object(), "serial"), old_serial);
    EXPECT_TRUE(first.at("key_attributes").at("never_extractable").as_bool());
    EXPECT_EQ(word(now.at("versions").at(1).as_object(), "state"), "in-use");

    const auto verified = instance.sealctl("liu.yang", {"verify", file.string(), "--trust", (instance.desk() / "old.pem").string(), "--ledger-key", instance.ledger_key()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    const auto then = instance.sealctl_json("liu.yang", {"seal", "show", "contract", "--at", before});
    EXPECT_EQ(then.at("version").to_number<int>(), 1);
    EXPECT_EQ(word(then.at("certificate").as_object(), "serial"), old_serial);
    EXPECT_EQ(instance.sealctl_json("liu.yang", {"seal", "show", "contract", "--at", to_rfc3339(SystemClock().now())}).at("version").to_number<int>(), 2);

    // Approvals go by the seal's name: what was approved before is sealed now, with the new key.
    const auto later = instance.desk() / "new.txt";
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", waiting, later.string()}).exit_code, 0);
    write(instance.desk() / "new.pem", pem_of(instance));
    EXPECT_TRUE(openssl_verifies(later, instance.desk() / "new.pem"));
    EXPECT_FALSE(openssl_verifies(later, instance.desk() / "old.pem"));
}

TEST_F(Rotation, TheSameRequestAgainGetsTheOldSignatureWithTheOldCertificate) {
    Instance instance;
    start(instance);
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("once"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
    const auto body = Instance::request_with({review, final}, {digest}, "the-same");
    const auto first = instance.post("li.na", "/v1/seals/contract/signatures", body).json();
    replace(instance);
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    const auto again = instance.post("li.na", "/v1/seals/contract/signatures", body).json();
    for (const char* field : {"value", "version", "ledger_index"}) EXPECT_EQ(again.at("signatures").at(0).at(field), first.at("signatures").at(0).at(field));
    EXPECT_EQ(again.at("certificate_chain"), first.at("certificate_chain"));
    EXPECT_EQ(again.at("seal").at("version").to_number<int>(), 2);
}

TEST_F(Rotation, ACertificateFromACaGoesToTheVersionThatWaits) {
    Instance instance;
    start(instance);
    const auto csr = (instance.desk() / "2.csr").string();
    replace(instance, {"--csr", csr});
    const auto early = instance.sealctl("zhang.wei", {"seal", "cut-over", "contract"});
    EXPECT_EQ(early.exit_code, 1);
    EXPECT_THAT(early.err, HasSubstr("has no certificate"));
    TestCa ca("CA");
    write(instance.desk() / "wrong.pem", ca.issue({.common_name = "another key"}).certificate);
    EXPECT_EQ(instance.sealctl("zhang.wei", {"seal", "certificate", "contract", "--import", (instance.desk() / "wrong.pem").string()}).exit_code, 2);
    std::ifstream in(csr);
    const std::string request((std::istreambuf_iterator<char>(in)), {});
    write(instance.desk() / "2.pem", ca.issue_for(request, {.common_name = "contract"}).certificate + ca.certificate());
    const auto imported = instance.sealctl_json("zhang.wei", {"seal", "certificate", "contract", "--import", (instance.desk() / "2.pem").string()});
    EXPECT_EQ(imported.at("version").at("number").to_number<int>(), 2);
    EXPECT_EQ(show(instance).at("version").to_number<int>(), 1);
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    const auto file = instance.write_file("a.txt", "a");
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", instance.approved_application({file}), file.string()}).exit_code, 0);
    write(instance.desk() / "ca.pem", ca.certificate());
    EXPECT_TRUE(openssl_verifies(file, instance.desk() / "ca.pem"));
}

TEST_F(Rotation, APlannedCutOverSurvivesARestartAndWaitsForItsTokenAndSaysSo) {
    Instance instance;
    start(instance);
    replace(instance, {"--self-signed-days", "30", "--at", moment_in(std::chrono::seconds(2))});
    instance.kill9();
    instance.start();  // the PIN is typed by a person: the token is locked
    ASSERT_TRUE(becomes([&] { return !show(instance).at("versions").at(1).at("problem").is_null(); })) << instance.log();
    EXPECT_THAT(word(show(instance).at("versions").at(1).as_object(), "problem"), HasSubstr("sealctl token unlock usb-1"));
    EXPECT_EQ(show(instance).at("version").to_number<int>(), 1);
    const auto failed = instance.entries("seal-cut-over-failed");
    ASSERT_EQ(failed.size(), 1u) << "once, however often it is tried";
    EXPECT_THAT(word(failed[0], "problem"), HasSubstr("unlock usb-1"));
    instance.unlock();
    EXPECT_TRUE(becomes([&] { return show(instance).at("version").to_number<int>() == 2; })) << instance.log();
    const auto done = instance.entries("seal-cut-over");
    ASSERT_EQ(done.size(), 1u);
    EXPECT_EQ(word(done[0], "ordered_by"), "zhang.wei");
    EXPECT_EQ(word(done[0].at("caller").as_object(), "kind"), "daemon");
}

TEST_F(Rotation, IsRefusedWhereItWouldNotBeRight) {
    Instance instance;
    start(instance);
    EXPECT_EQ(instance.sealctl("li.na", {"seal", "replace", "contract", "--reason", "x"}).exit_code, 1);
    EXPECT_EQ(instance.sealctl("li.na", {"seal", "cut-over", "contract"}).exit_code, 1);
    const auto nothing = instance.sealctl("zhang.wei", {"--json", "seal", "cut-over", "contract"});
    EXPECT_EQ(json::parse(nothing.out).at("error").at("rule").as_string(), "nothing-waits");
    replace(instance);
    const auto twice = instance.post("zhang.wei", "/v1/seals/contract/replace", {{"reason", "again"}, {"self_signed_days", 3}});
    EXPECT_EQ(twice.status, 409);
    EXPECT_EQ(twice.rule(), "version-waiting");
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/contract/cut-over", {{"at", "2020-01-01T00:00:00Z"}}).status, 400);
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/contract/cut-over", {{"at", moment_in(std::chrono::hours(24 * 60))}}).rule(), "certificate-not-valid");
    instance.sealctl_json("zhang.wei", {"seal", "withdraw-replacement", "contract", "--reason", "not needed"});
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/contract/cut-over", {}).rule(), "nothing-waits");
    EXPECT_EQ(replace(instance).at("version").at("number").to_number<int>(), 3) << "a number is given once";
    instance.sealctl_json("zhang.wei", {"seal", "lost", "contract", "--reason", "stolen"});
    instance.unlock();
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/contract/cut-over", {}).rule(), "seal-state");
    EXPECT_EQ(instance.post("zhang.wei", "/v1/seals/contract/replace", {{"reason", "x"}, {"self_signed_days", 3}}).rule(), "seal-state");
}

TEST_F(Rotation, TheStandbyOfTheKeyBeforeIsNoneOfTheNewOneAndItsTokenIsStillUsable) {
    Instance instance({.second_pin = "prompt"});
    instance.start();
    for (const char* token : {"usb-1", "usb-2"}) instance.unlock(token);
    instance.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "t", "--owner", "o", "--token", "usb-1", "--algorithm", "ec-p256",
                                        "--self-signed-days", "30", "--wrappable"});
    instance.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "42", "--date", "2026-11-24"});
    instance.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "a test"});
    instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"});
    replace(instance, {"--self-signed-days", "30", "--wrappable"});
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    EXPECT_TRUE(show(instance).at("standby").as_array().empty());
    instance.stop();
    instance.start();
    for (const char* token : {"usb-1", "usb-2"}) instance.unlock(token);  // neither is taken for another device
    instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"});
    instance.sealctl_json("zhang.wei", {"token", "lock", "usb-1"});
    const auto file = instance.write_file("a.txt", "a");
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", instance.approved_application({file}), file.string()}).exit_code, 0);
    write(instance.desk() / "new.pem", pem_of(instance));
    EXPECT_TRUE(openssl_verifies(file, instance.desk() / "new.pem"));
}

TEST_F(Rotation, WhetherAKeyMayLeaveItsTokenIsAskedOfTheOneInUse) {
    Instance instance({.second_pin = "prompt"});
    start(instance);  // with a key that must stay where it is
    instance.unlock("usb-2");
    replace(instance, {"--self-signed-days", "30", "--wrappable"});
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    EXPECT_EQ(instance.with_second_person({"seal", "standby", "contract", "--token", "usb-2"}).at("state").as_string(), "done");
    replace(instance);
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    const auto refused = instance.sealctl("zhang.wei", {"seal", "standby", "contract", "--token", "usb-2"});
    EXPECT_EQ(refused.exit_code, 2) << refused.out;
    EXPECT_THAT(refused.err, testing::HasSubstr("seal replace --wrappable"));
}

// Who confirms has looked at the seal with the key that it had.
TEST_F(Rotation, WhatWasAskedForOfTheOldKeyIsOverAfterTheCutOver) {
    Instance instance;
    start(instance);
    instance.sealctl_json("zhang.wei", {"seal", "suspend", "contract", "--reason", "to be sure"});
    const auto act = word(instance.sealctl_json("zhang.wei", {"seal", "resume", "contract", "--reason", "found"}), "number");
    replace(instance);
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    EXPECT_EQ(instance.confirm("liu.yang", act).exit_code, 1);
    const auto shown = instance.sealctl_json("liu.yang", {"act", "show", act});
    EXPECT_EQ(word(shown, "state"), "overtaken");
    EXPECT_EQ(word(show(instance), "state"), "suspended");
    EXPECT_THAT(word(instance.entries("act-overtaken").at(0), "reason"), testing::HasSubstr("version 2"));
}

// Each test of the key is in the ledger: one that fails is not repeated every second.
TEST_F(Rotation, APlannedCutOverWhoseTokenFailsIsNotTriedEverySecond) {
    TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule module(folder.path(), SoftHsm::module());
    Instance instance({.module = FaultyModule::module()});
    start(instance);
    replace(instance, {"--self-signed-days", "30", "--at", moment_in(std::chrono::seconds(2))});
    module.misbehave("C_Sign fail 0x30");
    ASSERT_TRUE(becomes([&] { return !show(instance).at("versions").at(1).at("problem").is_null(); })) << instance.log();
    const auto tests = instance.entries("key-use").size();
    std::this_thread::sleep_for(std::chrono::seconds(4));
    EXPECT_EQ(instance.entries("key-use").size(), tests);
    module.behave();
    EXPECT_EQ(instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"}).at("version").to_number<int>(), 2) << "a person need not wait";
}

// A stop stays a stop: what was begun with the old key before a cut-over does not get round it either.
TEST_F(Rotation, AStopAfterTheCutOverDiscardsWhatTheOldKeyIsStillSigning) {
    TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule module(folder.path(), SoftHsm::module());
    Instance instance({.module = FaultyModule::module(), .second_pin = "prompt"});
    start(instance);
    instance.unlock("usb-2");
    replace(instance, {"--self-signed-days", "30", "--token", "usb-2"});
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("late"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
    module.misbehave("C_Sign delay 3000");  // on usb-1 only
    Reply late;
    std::thread client([&] { late = instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with({review, final}, {digest}, "late")); });
    ASSERT_TRUE(becomes([&] { return !instance.entries("intent").empty(); }));
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    instance.sealctl_json("zhang.wei", {"seal", "suspend", "contract", "--reason", "to be sure"});
    client.join();
    EXPECT_EQ(late.rule(), "seal-stopped") << late.body;
    EXPECT_EQ(word(instance.entries("outcome").back(), "result"), "discarded");
}

}  // namespace
}  // namespace seald::test
