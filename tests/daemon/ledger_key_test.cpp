// The ledger's key is changed while everybody works. Whoever knows the old key follows to the new one by proof, and the other
// way round; Go's sumdb/note and tlog see both signatures.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <latch>
#include <random>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Office with_administrator() {
    return {.extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) + "\"\nroles = [\"administrator\"]\n",
            .absent = {"sun.li"}};
}

class LedgerKeyChange : public testing::Test {
  protected:
    LedgerKeyChange() { instance.start(); }
    Output rotate() { return instance.sealctl("sun.li", {"ledger", "rotate-key", "--reason", "yearly change"}); }
    Output verify(const std::string& key, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {"ledger", "verify", "--ledger-key", key};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return instance.sealctl("liu.yang", std::move(arguments));
    }
    fs::path sign(const std::string& name) {
        const auto file = instance.write_file(name, name);
        instance.sealctl_json("li.na", {"sign", "--application", instance.approved_application({file}), file});
        return file;
    }
    boost::json::object change(std::size_t which) {
        return instance.http("liu.yang", "GET", "/v1/ledger/key").json().at("changes").as_array().at(which).as_object();
    }
    Instance instance{with_administrator()};
};

TEST_F(LedgerKeyChange, IsFollowedByProofFromEitherKey) {
    instance.unlock();
    instance.make_seal();
    const auto before = sign("before.txt");
    const std::string kept = instance.write_file("kept", instance.http("liu.yang", "GET", "/v1/ledger/checkpoint").body), first = instance.ledger_key();
    const auto rotated = rotate();
    ASSERT_EQ(rotated.exit_code, 0) << rotated.err;
    EXPECT_THAT(rotated.out, HasSubstr("overwritten and removed"));
    const std::string second = instance.ledger_key();
    ASSERT_NE(first, second);
    EXPECT_FALSE(fs::exists(instance.state() / "ledger.key.new"));
    const auto after = sign("after.txt");
    ASSERT_EQ(rotate().exit_code, 0);
    const std::string third = instance.ledger_key();

    for (const auto& key : {first, second, third}) {
        const auto verified = verify(key, {"--since", kept});
        EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
        EXPECT_THAT(verified.out, HasSubstr("changed 2 times"));
    }
    const auto entry = instance.entries("ledger-key-changed").at(0);
    EXPECT_EQ(entry.at("old").as_string(), first);
    EXPECT_EQ(entry.at("new").as_string(), second);
    EXPECT_EQ(entry.at("reason").as_string(), "yearly change");
    EXPECT_EQ(entry.at("caller").as_object().at("id").as_string(), "sun.li");

    // Go's opinion of the change: under one checkpoint that both keys signed.
    const auto receipt = instance.write_file("change.receipt", std::string(change(0).at("receipt").as_string()));
    const std::string tlogcheck = SEALD_BUILD_DIR "/tests/support/tlogcheck";
    const auto go_says = [&](const std::string& key) { return run_tool(tlogcheck + " receipt '" + key + "' < " + receipt.string()).exit_code; };
    EXPECT_EQ(go_says(first), 0);
    EXPECT_EQ(go_says(second), 0);
    EXPECT_NE(go_says(third), 0);

    const auto history = instance.sealctl("li.na", {"ledger", "key", "--history"});
    EXPECT_THAT(history.out, HasSubstr(first));
    EXPECT_THAT(history.out, HasSubstr("to now"));
    const fs::path pinned = instance.write_file("pinned.vkey", first + "\n" + instance.sealctl("li.na", {"ledger", "key", "--changes"}).out);
    const fs::path fresh = instance.write_file("fresh.vkey", instance.sealctl("li.na", {"ledger", "key"}).out);
    const auto check = [&](const fs::path& file, const std::string& key) { return instance.sealctl("li.na", {"verify", file.string(), "--ledger-key", key}); };
    EXPECT_EQ(check(after, first).exit_code, 0) << "the daemon says what follows, and proves it";
    EXPECT_THAT(check(before, third).out, HasSubstr("a former one of the ledger"));

    const fs::path exported = instance.desk() / "export";
    instance.sealctl_json("liu.yang", {"ledger", "export", exported.string()});
    instance.stop();
    EXPECT_EQ(check(after, first).exit_code, 5) << "nothing leads from the first key to the second";
    for (const auto& known : {pinned.string(), fresh.string()})
        for (const auto& file : {before, after}) EXPECT_EQ(check(file, known).exit_code, 0) << file << check(file, known).out;
    const fs::path copy = instance.desk() / "copy.db";
    fs::copy_file(instance.state() / "ledger.db", copy);
    fs::permissions(copy, fs::perms::all);
    for (const auto& key : {first, second, third, pinned.string()}) {
        EXPECT_EQ(verify(key, {exported.string(), "--since", kept}).exit_code, 0);
        EXPECT_EQ(verify(key, {copy.string(), "--since", kept}).exit_code, 0);
    }
    EXPECT_EQ(verify(Instance().ledger_key(), {exported.string()}).exit_code, 5);
    instance.start();
    EXPECT_EQ(verify(first).exit_code, 0);
}

TEST_F(LedgerKeyChange, IsAnAdministratorsActWithAReason) {
    for (const char* person : {"li.na", "zhang.wei", "liu.yang", "chen.jie"}) EXPECT_EQ(instance.post(person, "/v1/ledger/key", {{"reason", "r"}}).rule(), "role-required") << person;
    EXPECT_EQ(instance.post("sun.li", "/v1/ledger/key", {}).status, 400);
    EXPECT_TRUE(instance.entries("ledger-key-changed").empty());
    EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/ledger/key").json().at("verifier_key").as_string(), instance.ledger_key());
}

TEST_F(LedgerKeyChange, SurvivesKill9AtAnyMoment) {
    const std::string first = instance.ledger_key();
    std::mt19937 random(std::random_device{}());
    std::uniform_int_distribution<int> moment(0, 20'000);
    for (int round = 0; round < 25; ++round) {
        std::latch together(2);
        std::thread client([&] {
            together.arrive_and_wait();
            try {
                instance.post("sun.li", "/v1/ledger/key", {{"reason", "r"}});
            } catch (const std::exception&) {  // the daemon died with the answer on its tongue
            }
        });
        together.arrive_and_wait();
        std::this_thread::sleep_for(std::chrono::microseconds(moment(random)));  // the moment is what is tried here
        instance.kill9();
        client.join();
        instance.start();
        ASSERT_EQ(verify(first).exit_code, 0) << verify(first).out << instance.log();
        ASSERT_FALSE(fs::exists(instance.state() / "ledger.key.new"));
        ASSERT_EQ(instance.http("liu.yang", "GET", "/v1/ledger/key").json().at("verifier_key").as_string(), instance.ledger_key());
    }
    EXPECT_FALSE(instance.entries("ledger-key-changed").empty()) << "not one of them got through";
}

TEST_F(LedgerKeyChange, AtTheSameTimeIsDoneOneAfterTheOther) {
    std::vector<std::thread> administrators;
    for (int i = 0; i < 4; ++i) administrators.emplace_back([&] { instance.post("sun.li", "/v1/ledger/key", {{"reason", "r"}}); });
    for (auto& each : administrators) each.join();
    EXPECT_FALSE(instance.entries("ledger-key-changed").empty());
    EXPECT_EQ(verify(instance.ledger_key()).exit_code, 0);
    instance.stop();
    instance.start();
    EXPECT_EQ(verify(instance.ledger_key()).exit_code, 0);
}

}  // namespace
}  // namespace seald::test
