// The token process, seen from inside by a module that tries what an attacker in a vendor's library would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/daemon/pin_file.hpp"
#include "tests/daemon/tls_office.hpp"

namespace seald::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string prying = SEALD_BUILD_DIR "/tests/daemon/libprying_module.so";

struct SandboxTest : testing::Test {
    // What the module wrote when it was loaded.
    static std::string report_of(Instance& instance) {
        const fs::path report = instance.desk() / "report";
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (read_file(report).find("end\n") == std::string::npos && std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        return read_file(report);
    }
    static void pry(Instance& instance, std::vector<fs::path> also = {}, std::vector<std::string> command = {}) {
        also.insert(also.end(), {instance.state() / "ledger.key", instance.state() / "ledger.db", instance.write_file("plain", "content")});
        std::string files;
        for (const auto& file : also) files += (files.empty() ? "" : ":") + file.string();
        ::setenv("SEALD_PRY_FILES", files.c_str(), 1);
        ::setenv("SEALD_PRY_REPORT", (instance.desk() / "report").c_str(), 1);
        ::setenv("SEALD_FAULTY_MODULE", SoftHsm::module().c_str(), 1);
        if (command.empty()) return instance.start();
        command.insert(command.end(), {(instance.folder() / "bin" / "seald").string(), "--config", instance.configuration().string()});
        instance.start(command);
    }
    ~SandboxTest() override {
        for (const char* name : {"SEALD_PRY_FILES", "SEALD_PRY_REPORT", "SEALD_FAULTY_MODULE"}) ::unsetenv(name);
    }
};

TEST_F(SandboxTest, FromInsideThereIsNoNetworkNoProgramAndNoLedger) {
    Instance instance(Office{.module = prying});
    pry(instance);
    const std::string seen = report_of(instance);
    for (const char* line : {"inet: Operation not permitted\n", "inet6: Operation not permitted\n", "netlink: Operation not permitted\n",
                             "unix: done\n", "exec: Operation not permitted\n", "no_new_privs: 1\n", "dumpable: 0\n",
                             "kill daemon: Operation not permitted\n", "kill all: Operation not permitted\n",
                             "tgkill daemon: Operation not permitted\n", "limit daemon: Operation not permitted\n",
                             "signal by a file: Operation not permitted\n", "signal by a socket: Operation not permitted\n",
                             "kill itself: done\n", "raise: done\n"})
        EXPECT_THAT(seen, HasSubstr(line));
    for (const fs::path& file : {instance.state() / "ledger.key", instance.state() / "ledger.db"}) {
        for (const std::string act : {"read ", "write "}) EXPECT_THAT(seen, HasSubstr(act + file.string() + ": Permission denied\n"));
        for (const std::string act : {"truncate ", "chmod "}) EXPECT_THAT(seen, HasSubstr(act + file.string() + ": Operation not permitted\n"));
    }
    EXPECT_THAT(seen, HasSubstr("read " + (instance.desk() / "plain").string() + ": done\n"));
    instance.unlock();  // and the token works all the same
    instance.make_seal();
}

TEST_F(SandboxTest, AnotherTokensPinTheTlsKeyACheckpointsCopyAndCredentialsAreShutToo) {
    const PinFile own, other;
    TemporaryFolder copies("seald-copies"), credentials("seald-credentials");
    give_to(copies.path(), daemon_uid, 0700);
    for (const char* name : {"own", "other"}) std::ofstream(credentials.path() / name) << "1234";
    for (const char* name : {"own", "other"}) give_to(credentials.path() / name, daemon_uid, 0400);
    auto office = office_with_tls();
    office.module = prying;
    office.pin = "credential:own";
    office.second_pin = other.source();
    office.extra += "[ledger]\ncheckpoint_copies = [\"" + (copies.path() / "copy").string() + "\"]\n";
    TlsOffice tls(office);
    const auto key = tls.instance.folder() / "tls" / "server.key", copy = copies.path() / "copy";
    give_to(key.parent_path(), daemon_uid, 0755);
    std::ofstream(tls.instance.folder() / "tls" / "plain") << "content";
    const std::vector<fs::path> looked_at{key, other.file(), copy, credentials.path() / "own", credentials.path() / "other", own.file()};
    const std::vector<std::string> with_credentials{"/usr/bin/env", "CREDENTIALS_DIRECTORY=" + credentials.path().string()};
    pry(tls.instance, looked_at, with_credentials);
    ASSERT_TRUE(fs::exists(copy));
    tls.instance.stop();
    fs::remove(tls.instance.desk() / "report");
    pry(tls.instance, looked_at, with_credentials);  // now that there is a copy
    const std::string seen = report_of(tls.instance);
    for (const fs::path& file : {key, other.file(), copy, credentials.path() / "other"})
        EXPECT_THAT(seen, HasSubstr("read " + file.string() + ": Permission denied\n"));
    for (const fs::path& file : {credentials.path() / "own", own.file()}) EXPECT_THAT(seen, HasSubstr("read " + file.string() + ": done\n"));
    EXPECT_TRUE(tls.instance.token_becomes("usb-1", "ready")) << tls.instance.log();
}

TEST_F(SandboxTest, ATokenBehindTcpGetsTheNetworkAndNothingElse) {
    Instance instance(Office{.module = prying, .token_extra = "network = true"});
    pry(instance);
    const std::string seen = report_of(instance);
    for (const char* line : {"inet: done\n", "netlink: Operation not permitted\n", "exec: Operation not permitted\n"})
        EXPECT_THAT(seen, HasSubstr(line));
    EXPECT_THAT(seen, HasSubstr("read " + (instance.state() / "ledger.key").string() + ": Permission denied\n"));
}

}  // namespace
}  // namespace seald::test
