// Who hears what: notices reach the command at least once, and time ends what nobody ends.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <chrono>
#include <fstream>
#include <sstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

class Notices : public testing::Test {
  protected:
    Notices() {
        // Keeps what it gets, a line each; refuses while there is a file "closed".
        command = instance.write_file("notify", "#!/bin/sh\n[ -e " + closed() + " ] && exit 1\n(cat; echo) >> " + box() + "\n");
        std::filesystem::permissions(command, std::filesystem::perms(0755));
        Office office;
        office.approval_ttl = "6s";
        office.extra = "[notify]\ncommand = \"" + command.string() + "\"\n";
        instance.configure(office);
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    std::string box() const { return (instance.desk() / "box").string(); }
    std::string closed() const { return (instance.desk() / "closed").string(); }
    std::vector<json::object> delivered() {
        std::vector<json::object> notices;
        std::istringstream lines(std::filesystem::exists(box()) ? read_file(box()) : "");
        for (std::string line; std::getline(lines, line);) notices.push_back(json::parse(line).as_object());
        return notices;
    }
    json::object wait_for(const std::string& kind) {
        for (int tries = 0; tries < 3000; ++tries) {
            for (const auto& notice : delivered())
                if (notice.at("kind").as_string() == kind) return notice;
            std::this_thread::sleep_for(20ms);
        }
        ADD_FAILURE() << "no notice " << kind << "\n" << instance.log();
        return {};
    }
    std::string apply() {
        const auto file = instance.write_file("letter.txt", "a letter");
        return std::string(instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", file.string()}).at("number").as_string());
    }
    Instance instance;
    std::filesystem::path command;
};

TEST_F(Notices, GoToThoseWhoMayDecideAndThenToTheApplicant) {
    const auto number = apply();
    const auto waiting = wait_for("waiting");
    EXPECT_EQ(waiting.at("application").as_string(), number);
    EXPECT_EQ(waiting.at("to"), (json::array{"wang.fang", "zhao.min"}));
    instance.sealctl_json("wang.fang", {"return", number, "--key", instance.key_file("wang.fang").string(), "--reason", "the amount is missing"});
    const auto returned = wait_for("returned");
    EXPECT_EQ(returned.at("to"), (json::array{"li.na"}));
    EXPECT_EQ(returned.at("reason").as_string(), "the amount is missing");
}

TEST_F(Notices, AreTriedAgainAcrossAKillUntilTheyAreTaken) {
    std::ofstream(closed()).flush();
    apply();
    for (int tries = 0; instance.log().find("was not delivered") == std::string::npos && tries < 3000; ++tries) std::this_thread::sleep_for(20ms);
    EXPECT_TRUE(delivered().empty());
    instance.kill9();
    std::filesystem::remove(closed());
    instance.start();
    wait_for("waiting");
}

TEST_F(Notices, SayThatAnApplicationExpiredAndTheLedgerSaysSoToo) {
    const auto number = apply();
    instance.sealctl_json("wang.fang", {"approve", number, "--key", instance.key_file("wang.fang").string(), "--yes"});
    EXPECT_EQ(wait_for("expired").at("to"), (json::array{"li.na"}));
    const auto entries = instance.entries("application-expired");
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].at("application").as_string(), number);
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/applications/" + number).json().at("state").as_string(), "expired");
}

// As a kill -9 between intent and outcome leaves it.
TEST_F(Notices, SayThatAnApplicationEndedWhoseSignatureNobodyKnowsOf) {
    const auto document = instance.write_file("lost.txt", "lost");
    const auto number = instance.approved_application({document});
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", number, document.string()}).exit_code, 0);
    instance.stop();
    const auto database = (instance.state() / "ledger.db").string();
    SoftHsm::run("sqlite3 " + database + " \"DROP TRIGGER intent_end_is_final; UPDATE intent SET state = 'unknown', signature = NULL; UPDATE application SET state = 'submitted'; "
                 "UPDATE notice SET created_at = created_at - 90000000\"");
    instance.start();
    EXPECT_EQ(wait_for("expired").at("application").as_string(), number);
    const auto entries = instance.entries("application-expired");
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_NE(entries[0].at("reason").as_string().find("died while it sealed"), std::string::npos);
}

TEST_F(Notices, RemindOfWhatWaitsAndNotOfWhatIsSealed) {
    const auto forgotten = apply();
    const auto document = instance.write_file("sealed.txt", "sealed");
    const auto sealed = instance.approved_application({document});
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", sealed, document.string()}).exit_code, 0);
    instance.stop();
    const auto database = (instance.state() / "ledger.db").string();
    SoftHsm::run("sqlite3 " + database + " 'UPDATE notice SET created_at = created_at - 90000000'");  // 25 hours
    instance.start();
    const auto reminder = wait_for("reminder");
    EXPECT_EQ(reminder.at("application").as_string(), forgotten);
    EXPECT_EQ(reminder.at("to"), (json::array{"wang.fang", "zhao.min"}));
    for (const auto& notice : delivered()) EXPECT_FALSE(notice.at("kind").as_string() == "reminder" && notice.at("application").as_string() == sealed);
}

}  // namespace
}  // namespace seald::test
