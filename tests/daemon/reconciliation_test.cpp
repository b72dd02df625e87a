// A device that counts its signatures tells of those that were made without the daemon. The device is SoftHSM behind a module
// that counts: no device at hand does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <thread>

#include "tests/daemon/pin_file.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/shell.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

class CountingToken : public testing::Test {
  protected:
    CountingToken() {
        module.misbehave("keys count 0x80000101");
        instance.start();
        EXPECT_TRUE(instance.token_becomes("usb-1", "ready")) << instance.log();
        instance.make_seal();
    }
    void seal(int documents) {
        std::vector<std::filesystem::path> files;
        for (int i = 0; i < documents; ++i) {
            const auto name = "document-" + std::to_string(++sealed_) + ".pdf";
            files.push_back(instance.write_file(name, name));
        }
        const auto number = instance.approved_application(files);
        for (const auto& file : files)
            ASSERT_EQ(instance.sealctl("li.na", {"sign", file.string(), "--application", number, "--out", file.string() + ".p7s"}).exit_code, 0);
    }
    // By somebody who has the PIN and the device, and no daemon.
    void sign_elsewhere() {
        const auto file = instance.write_file("elsewhere", std::string(32, 'x'));  // a digest
        shell("pkcs11-tool --module " + FaultyModule::module() + " --token-label 'Seal Key 1' --login --pin 1234 --sign --mechanism ECDSA --input-file " + file.string() +
                  " --output-file " + file.string() + ".sig");
    }
    json::object reconcile() {
        const auto output = instance.sealctl("liu.yang", {"--json", "token", "reconcile", "usb-1"});
        const auto answer = json::parse(output.out).as_object();
        EXPECT_EQ(answer.at("keys").as_array().size(), 1U);
        const auto found = answer.at("keys").as_array().at(0).as_object();
        EXPECT_EQ(output.exit_code, found.at("result") == "differs" ? 5 : 0);
        return found;
    }
    void expect(const json::object& found, const char* result, std::int64_t counted, std::int64_t recorded) {
        EXPECT_EQ(found.at("result").as_string(), result) << found;
        EXPECT_EQ(found.at("counted"), counted) << found;
        EXPECT_EQ(found.at("recorded_at_least"), recorded) << found;
        EXPECT_EQ(found.at("recorded_at_most"), recorded) << found;
    }

    int sealed_ = 0;
    TemporaryFolder folder{"seald-counts"};
    const PinFile pin;
    FaultyModule module{open_to_all(folder.path()), SoftHsm::module()};
    Instance instance{{.pin = pin.source(), .module = FaultyModule::module(), .token_extra = "signature_counter = 0x80000101\n"}};
};

TEST_F(CountingToken, AgreesWithTheLedgerUntilSomebodySignsElsewhere) {
    reconcile();
    EXPECT_EQ(instance.entries("signature-count").back().at("caller").at("id").as_string(), "liu.yang");
    seal(3);
    expect(reconcile(), "agrees", 3, 3);
    sign_elsewhere();
    expect(reconcile(), "differs", 1, 0);
    seal(1);
    expect(reconcile(), "agrees", 1, 1);
    EXPECT_THAT(instance.log(), HasSubstr("critical token usb-1 counts"));
    EXPECT_THAT(instance.http("li.na", "GET", "/metrics").body, HasSubstr("seald_signature_count_differences_total{token=\"usb-1\"} 1"));
}

TEST_F(CountingToken, TellsByItselfOfWhatWasSignedWhileTheDaemonWasAway) {
    seal(1);
    reconcile();
    instance.stop();
    sign_elsewhere();
    instance.start();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    const auto found = [&] { return instance.entries("signature-count").back(); };
    while (found().at("result") != "differs" && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(200));
    EXPECT_EQ(found().at("result").as_string(), "differs") << found();
    EXPECT_EQ(found().at("counted"), 2) << "one after the login, to show that it is the device: " << found();
    EXPECT_EQ(found().at("recorded_at_most"), 1) << found();
}

TEST_F(CountingToken, ARestartIsNoDifference) {
    seal(1);
    reconcile();
    instance.stop();
    instance.start();
    EXPECT_TRUE(instance.token_becomes("usb-1", "ready"));
    EXPECT_EQ(reconcile().at("result").as_string(), "agrees");
}

TEST_F(CountingToken, ACountThatWentBackDiffers) {
    seal(1);
    reconcile();
    std::filesystem::remove(folder.path() / "faulty-calls");
    EXPECT_EQ(reconcile().at("result").as_string(), "differs");
}

TEST_F(CountingToken, IsHeldAgainstTheLedgerUnderLoad) {
    reconcile();
    std::jthread clerk([&] { seal(12); });
    for (int i = 0; i < 10; ++i) EXPECT_EQ(reconcile().at("result").as_string(), "agrees");
    clerk.join();
    const auto last = reconcile();
    expect(last, "agrees", last.at("counted").as_int64(), last.at("counted").as_int64());
    EXPECT_EQ(last.at("count").as_int64(), 13) << "and one when the key was made";
}

TEST_F(CountingToken, OneThatDoesNotCountSaysSo) {
    module.behave();
    const auto refused = instance.sealctl("liu.yang", {"token", "reconcile", "usb-1"});
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_THAT(refused.err, HasSubstr("signature_counter"));
    EXPECT_EQ(instance.http("li.na", "POST", "/v1/tokens/usb-1/reconciliation", "{}").rule(), "role-required");
}

}  // namespace
}  // namespace seald::test
