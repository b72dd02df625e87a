// How much the log says, while somebody looks for a fault.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <thread>

#include "tests/daemon/instance.hpp"

namespace seald::test {
namespace {

using testing::HasSubstr;

void wait_for(const Instance& instance, const std::string& words) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
    while (!testing::Value(instance.log(), HasSubstr(words)) && std::chrono::steady_clock::now() < deadline) std::this_thread::sleep_for(std::chrono::milliseconds(10));
    EXPECT_THAT(instance.log(), HasSubstr(words));
}

TEST(LogLevel, IsRaisedAndPutBackByASignal) {
    Instance instance;
    instance.start();
    ::kill(instance.pid(), SIGUSR1);
    wait_for(instance, "the log's level is debug now");
    ::kill(instance.pid(), SIGUSR2);
    wait_for(instance, "the log's level is info now");
}

// From when its database is open until it is ready.
TEST(LogLevel, ASignalThatComesTooEarlyDoesNotEndTheDaemon) {
    Instance instance;
    const auto state = instance.state().string(), seald = (instance.folder() / "bin" / "seald").string();
    const std::string signals = "(until [ -e " + state + "/ledger.db-wal ]; do :; done; for i in $(seq 200); do kill -USR1 $$; kill -USR2 $$; done) & exec " + seald +
                                " --config " + instance.configuration().string();
    instance.start({"/bin/sh", "-c", signals});
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/whoami").status, 200);
}

}  // namespace
}  // namespace seald::test
