// The token process, seen from inside by a module that tries what an attacker in a vendor's library would.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

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
    static void pry(Instance& instance) {
        const std::string files = (instance.state() / "ledger.key").string() + ":" + (instance.state() / "ledger.db").string() + ":" +
                                  instance.write_file("plain", "content").string();
        ::setenv("SEALD_PRY_FILES", files.c_str(), 1);
        ::setenv("SEALD_PRY_REPORT", (instance.desk() / "report").c_str(), 1);
        ::setenv("SEALD_FAULTY_MODULE", SoftHsm::module().c_str(), 1);
        instance.start();
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
                             "unix: done\n", "exec: Operation not permitted\n", "no_new_privs: 1\n", "dumpable: 0\n"})
        EXPECT_THAT(seen, HasSubstr(line));
    for (const std::string act : {"read ", "write ", "truncate "}) {
        EXPECT_THAT(seen, HasSubstr(act + (instance.state() / "ledger.key").string() + ": Permission denied\n"));
        EXPECT_THAT(seen, HasSubstr(act + (instance.state() / "ledger.db").string() + ": Permission denied\n"));
    }
    EXPECT_THAT(seen, HasSubstr("read " + (instance.desk() / "plain").string() + ": done\n"));
    instance.unlock();  // and the token works all the same
    instance.make_seal();
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
