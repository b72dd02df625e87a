// Whoever is concerned hears of a stop (通知相關人員), of its end and of a new key, and who could confirm an act that it waits for him.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <sstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

class StopNotice : public ::testing::Test {
  protected:
    StopNotice() {
        const auto command = instance.write_file("notify", "#!/bin/sh\n(cat; echo) >> " + box().string() + "\n");
        fs::permissions(command, fs::perms(0755));
        Office office{.extra = "[notify]\ncommand = \"" + command.string() + "\"\nalso = [\"sun.li\"]\n"};
        office.person_extra["wang.fang"] = "language = \"zh\"";
        instance.configure(office);
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    fs::path box() const { return instance.desk() / "box"; }
    // The next notice of this kind, once it came.
    json::object wait_for(const std::string& kind) {
        for (int looks = 0; looks < 1000; ++looks) {
            if (fs::exists(box())) {
                std::istringstream lines(read_file(box()));
                for (std::string line; std::getline(lines, line);) {
                    if (line.empty()) continue;
                    const auto notice = json::parse(line).as_object();
                    if (notice.at("kind").as_string() == kind) return notice;
                }
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        ADD_FAILURE() << "no notice " << kind << instance.log();
        return {};
    }
    static std::vector<std::string> to(const json::object& notice) {
        std::vector<std::string> people;
        for (const auto& each : notice.at("to").as_array()) people.emplace_back(each.as_string());
        return people;
    }
    Instance instance;
};

TEST_F(StopNotice, OfASuspensionReachesAllConcernedInTheirLanguages) {
    ASSERT_EQ(instance.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "the safe was open"}).exit_code, 0);
    const auto notice = wait_for("seal-suspended");
    EXPECT_THAT(to(notice), IsSupersetOf({"zhang.wei", "guo.jing", "li.na", "wang.fang", "chen.jie", "sun.li"}));
    EXPECT_EQ(notice.at("seal").as_string(), "contract");
    EXPECT_EQ(notice.at("person").as_string(), "liu.yang");
    EXPECT_EQ(notice.at("reason").as_string(), "the safe was open");
    const auto text = json::serialize(notice.at("messages"));
    EXPECT_THAT(text, testing::AllOf(HasSubstr("suspended seal contract"), HasSubstr("已由劉洋停用"), HasSubstr("原因：the safe was open")));

    instance.sealctl_json("zhang.wei", {"seal", "resume", "contract", "--reason", "all is well"});
    const auto waiting = wait_for("act-waiting");
    EXPECT_EQ(to(waiting), std::vector<std::string>{"guo.jing"}) << "nobody else could confirm it";
    EXPECT_EQ(waiting.at("act").as_string(), "P-2026-0001");
    EXPECT_THAT(json::serialize(waiting.at("messages")), HasSubstr("sealctl act confirm P-2026-0001"));
}

TEST_F(StopNotice, OfWhatBringsASealBackOrChangesItsKeyReachesTheSamePeople) {
    const std::vector<std::string> all = {"zhang.wei", "guo.jing", "li.na", "wang.fang", "chen.jie", "sun.li"};
    const auto in_force = wait_for("seal-in-force");
    EXPECT_THAT(to(in_force), IsSupersetOf(all));
    EXPECT_EQ(in_force.at("state").as_string(), "in-force");
    EXPECT_THAT(json::serialize(in_force.at("messages")), testing::AllOf(HasSubstr("put seal contract in force"), HasSubstr("已由張偉啟用")));

    ASSERT_EQ(instance.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "the safe was open"}).exit_code, 0);
    instance.with_second_person({"seal", "resume", "contract", "--reason", "all is well"});
    const auto resumed = wait_for("seal-resumed");
    EXPECT_THAT(to(resumed), IsSupersetOf(all));
    EXPECT_EQ(resumed.at("reason").as_string(), "all is well");
    EXPECT_EQ(resumed.at("person").as_string(), "guo.jing");

    ASSERT_EQ(instance.sealctl("zhang.wei", {"seal", "replace", "contract", "--reason", "the certificate ends", "--self-signed-days", "30"}).exit_code, 0);
    ASSERT_EQ(instance.sealctl("zhang.wei", {"seal", "cut-over", "contract"}).exit_code, 0);
    const auto replaced = wait_for("seal-replaced");
    EXPECT_THAT(to(replaced), IsSupersetOf(all));
    const auto now = instance.http("li.na", "GET", "/v1/seals/contract").json();
    const auto fingerprint = std::string(now.at("certificate").at("sha256").as_string());
    EXPECT_EQ(replaced.at("version").as_int64(), 2);
    EXPECT_EQ(replaced.at("certificate_sha256").as_string(), fingerprint);
    EXPECT_THAT(json::serialize(replaced.at("messages")), HasSubstr(fingerprint));
}

TEST_F(StopNotice, OfAnEmergencyStopIsNotLostByAKillRightAfterIt) {
    ASSERT_EQ(instance.sealctl("liu.yang", {"emergency-stop", "--reason", "at night"}).exit_code, 0);
    instance.kill9();
    instance.start();
    EXPECT_THAT(to(wait_for("seal-suspended")), IsSupersetOf({"zhang.wei", "li.na"}));
    instance.sealctl("liu.yang", {"seal", "lost", "contract", "--reason", "gone"});
    EXPECT_THAT(json::serialize(wait_for("seal-lost").at("messages")), HasSubstr("It never signs again"));
    instance.with_second_person({"seal", "cancel", "contract", "--reason", "gone"});
    wait_for("seal-cancelled");
    std::size_t stops = 0;
    std::istringstream lines(read_file(box()));
    for (std::string line; std::getline(lines, line);) stops += line.find("\"kind\":\"seal-suspended\"") != std::string::npos;
    EXPECT_EQ(stops, 1u) << "told once";
}

}  // namespace
}  // namespace seald::test
