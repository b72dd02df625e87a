// Notices by webhook, to a receiver that nobody here wrote (Python's http.server and hmac): each arrives at least once, signed, whatever
// was down; a wrong secret, a wrong certificate and what does not behave like a receiver are noticed.
#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <fstream>
#include <map>
#include <sstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/test_ca.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto one_secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", other_secret = "whsec_AAAAr8GKYqrTwjUPD8ILPZIo2LaLaSwAAAAA";

// A port that is free now.
std::string find_port() {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket, plain, size) != 0 || ::getsockname(socket, plain, &size) != 0) throw std::runtime_error("no port");
    ::close(socket);
    return std::to_string(ntohs(address.sin_port));
}

class Webhooks : public testing::Test {
  protected:
    void begin(const std::string& scheme = "http", const std::string& more = "") {
        put_secret(one_secret);
        instance.write_file("receiver.secret", one_secret);
        Office office;
        office.person_extra["wang.fang"] = "language = \"zh\"";
        office.extra = "[[notify.webhook]]\nname = \"office\"\nevents = [\"waiting\", \"returned\"]\nurl = \"" + scheme + "://127.0.0.1:" + port + "/hook?key=hidden-key\"\nsecret = \"file:" +
                       secret_file().string() + "\"\n" + more;
        instance.configure(office);
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    fs::path secret_file() const { return instance.folder() / "hook.secret"; }
    void put_secret(const std::string& secret) {
        std::ofstream(secret_file(), std::ios::trunc) << secret << "\n";
        give_to(secret_file(), daemon_uid, 0600);
    }
    std::unique_ptr<ChildProcess> receive(const fs::path& identity = {}) {
        std::vector<std::string> command{"/usr/bin/python3", SEALD_SOURCE_DIR "/tests/support/webhook_receiver.py", port,
                                         (instance.desk() / "receiver.secret").string(), book().string()};
        if (!identity.empty()) command.push_back(identity.string());
        return std::make_unique<ChildProcess>(ChildProcess::Settings{.command = command, .log = instance.desk() / "receiver.log"});
    }
    fs::path book() const { return instance.desk() / "book"; }
    void answer(const std::string& how) { std::ofstream(book().string() + ".answer", std::ios::trunc) << how; }
    void answer_well() { fs::remove(book().string() + ".answer"); }
    std::vector<json::object> received() {
        std::vector<json::object> requests;
        std::istringstream lines(fs::exists(book()) ? read_file(book()) : "");
        for (std::string line; std::getline(lines, line);) requests.push_back(json::parse(line).as_object());
        return requests;
    }
    template <class Condition>
    void wait_until(Condition condition) {
        for (int tries = 0; !condition() && tries < 3000; ++tries) std::this_thread::sleep_for(20ms);
        EXPECT_TRUE(condition()) << instance.log();
    }
    bool logged(const std::string& words) { return instance.log().find(words) != std::string::npos; }
    std::string metrics() { return instance.http("liu.yang", "GET", "/metrics").body; }
    std::string apply() {
        const auto file = instance.write_file("letter.txt", "a letter");
        return std::string(instance.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "銷售合同", "--type", "t", file.string()}).at("number").as_string());
    }
    const std::string port = find_port();
    Instance instance;
};

TEST_F(Webhooks, ReceiveEachNoticeSignedThoughTheyWereDown) {
    begin();
    const auto number = apply();
    wait_until([&] { return logged("was not delivered by office: no connection"); });
    instance.kill9();
    instance.start();
    const auto receiver = receive();
    wait_until([&] { return !received().empty(); });
    instance.sealctl_json("wang.fang", {"return", number, "--key", instance.key_file("wang.fang").string(), "--reason", "金額未填"});
    wait_until([&] { return received().size() >= 2; });
    const auto requests = received();
    const auto waiting = requests[0].at("body").as_object(), returned = requests[1].at("body").as_object();
    EXPECT_EQ(waiting.at("kind").as_string(), "waiting");
    EXPECT_EQ(waiting.at("application").as_string(), number);
    EXPECT_EQ(waiting.at("purpose").as_string(), "銷售合同");
    std::map<std::string, std::string> texts;
    for (const auto& each : waiting.at("messages").as_array()) texts[std::string(each.at("to").as_string())] = std::string(each.at("text").as_string());
    EXPECT_THAT(texts["wang.fang"], HasSubstr("李娜申請使用印章 contract"));
    EXPECT_THAT(texts["wang.fang"], HasSubstr("等待審批"));
    EXPECT_THAT(texts["zhao.min"], HasSubstr("趙敏: application " + number + " by 李娜 to use seal contract (t: 銷售合同) waits for a decision"));
    EXPECT_EQ(returned.at("kind").as_string(), "returned");
    EXPECT_EQ(returned.at("reason").as_string(), "金額未填");
    for (const auto& request : requests) {
        EXPECT_TRUE(request.at("genuine").as_bool()) << json::serialize(request);
        EXPECT_EQ(request.at("path").as_string(), "/hook?key=hidden-key");
        EXPECT_EQ(request.at("host").as_string(), "127.0.0.1:" + port);
        EXPECT_EQ(request.at("type").as_string(), "application/json");
    }
    EXPECT_NE(requests[0].at("id"), requests[1].at("id"));
    wait_until([&] { return metrics().find("seald_notice_attempts_total{channel=\"office\",outcome=\"delivered\"} 2") != std::string::npos; });
    EXPECT_TRUE(logged("was delivered by office: HTTP 204"));
    EXPECT_THAT(metrics(), Not(HasSubstr("seald_notices_waiting"))) << "nothing does";
    EXPECT_FALSE(logged("hidden-key"));
    EXPECT_FALSE(logged("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
}

// An hour, by the clock in the outbox: everything was made, and last tried, an hour earlier than it was.
TEST_F(Webhooks, ReceiveEveryNoticeOfAnHourThatTheyWereDown) {
    begin();
    std::set<std::string> wanted;
    for (int n = 0; n < 5; ++n) wanted.insert(apply());
    wait_until([&] { return logged("was not delivered by office: no connection"); });
    instance.stop();
    SoftHsm::run("sqlite3 " + (instance.state() / "ledger.db").string() +
                 " 'UPDATE notice SET created_at = created_at - 3600000; UPDATE notice_delivery SET due_at = due_at - 3600000'");
    instance.start();
    const auto receiver = receive();
    std::set<std::string> arrived, ids;
    wait_until([&] {
        for (const auto& request : received()) {
            arrived.insert(std::string(request.at("body").at("application").as_string()));
            ids.insert(std::string(request.at("id").as_string()));
        }
        return arrived == wanted;
    });
    EXPECT_EQ(arrived, wanted);
    EXPECT_EQ(ids.size(), wanted.size()) << "one id each, by which a second delivery would be known";
    wait_until([&] { return metrics().find("seald_notices_waiting") == std::string::npos; });
}

TEST_F(Webhooks, NoticeAWrongSecretAndGetTheSameIdWhenItIsRight) {
    begin();
    put_secret(other_secret);
    const auto receiver = receive();
    apply();
    wait_until([&] { return logged("was not delivered by office: the receiver answered HTTP 401"); });
    EXPECT_FALSE(received().at(0).at("genuine").as_bool());
    EXPECT_THAT(metrics(), HasSubstr("seald_notices_waiting{channel=\"office\"} 1"));
    fs::permissions(secret_file(), fs::perms(0644));
    wait_until([&] { return logged("others may read or write it: chmod 0600"); });
    put_secret(one_secret);  // no restart
    wait_until([&] { return received().back().at("genuine").as_bool(); });
    for (const auto& request : received()) EXPECT_EQ(request.at("id"), received().at(0).at("id"));
}

// By an administrator, who is nobody else here.
TEST_F(Webhooks, CanBeTriedBeforeSomethingDependsOnThem) {
    const auto command = instance.write_file("refuses", "#!/bin/sh\nexit 1\n");
    fs::permissions(command, fs::perms(0755));
    const std::string administrator = "[[person]]\nid = \"zhao.qiang\"\nname = \"趙強\"\nunix_user = \"" + std::to_string(uid_of("zhao.qiang")) +
                                      "\"\nroles = [\"administrator\"]\n";
    begin("http", "[notify]\ncommand = \"" + command.string() + "\"\n" + administrator);
    const auto receiver = receive();
    EXPECT_EQ(instance.sealctl("zhang.wei", {"notify", "test"}).exit_code, 1) << "a custodian may not";
    wait_until([&] { return instance.sealctl("zhao.qiang", {"notify", "test"}).out.find("HTTP 204") != std::string::npos; });
    const auto shown = instance.sealctl("zhao.qiang", {"notify", "test"});
    EXPECT_EQ(shown.exit_code, 4) << "the command takes none";
    EXPECT_THAT(shown.out, testing::ContainsRegex("command +no +the notice was not delivered: .*refuses failed\n"));
    EXPECT_THAT(shown.out, testing::ContainsRegex("office +yes +HTTP 204\n"));
    const auto request = received().back();
    EXPECT_TRUE(request.at("genuine").as_bool());
    EXPECT_EQ(request.at("body").at("kind").as_string(), "test");
    EXPECT_EQ(request.at("body").at("to"), (json::array{"zhao.qiang"}));
    EXPECT_NE(request.at("id"), received().front().at("id"));
    const auto entry = instance.entries("notices-tested").back();
    EXPECT_EQ(entry.at("caller").at("id").as_string(), "zhao.qiang");
    EXPECT_EQ(entry.at("channels").as_array().size(), 2U);
    EXPECT_THAT(metrics(), Not(HasSubstr("seald_notices_waiting"))) << "nothing is tried again";
    instance.write_file("refuses", "#!/bin/sh\nexit 0\n");
    fs::permissions(command, fs::perms(0755));
    EXPECT_EQ(instance.sealctl("zhao.qiang", {"notify", "test"}).exit_code, 0);
    instance.configure({.extra = administrator});
    instance.sealctl_json("zhang.wei", {"reload"});
    EXPECT_EQ(instance.sealctl("zhao.qiang", {"notify", "test"}).exit_code, 3) << "nobody is told anything";
}

TEST_F(Webhooks, WhatIsNotTakenForLongIsGivenUpAndSaid) {
    begin();
    answer("500");
    const auto receiver = receive();
    apply();
    wait_until([&] { return logged("the receiver answered HTTP 500; it is tried again"); });
    instance.stop();
    SoftHsm::run("sqlite3 " + (instance.state() / "ledger.db").string() + " 'UPDATE notice SET created_at = created_at - 300000000'");  // 83 hours
    instance.start();
    wait_until([&] { return logged("by office: the receiver answered HTTP 500") && logged("is given up after"); });
    wait_until([&] { return metrics().find("seald_notices_given_up{channel=\"office\"} 1") != std::string::npos; });
    EXPECT_THAT(metrics(), HasSubstr("seald_notice_attempts_total{channel=\"office\",outcome=\"given-up\"} 1"));
}

TEST_F(Webhooks, ThatRedirectOrNeverEndHoldNothingUpAndLeadNowhere) {
    begin();
    answer("redirect");
    const auto receiver = receive();
    const auto number = apply();
    wait_until([&] { return logged("the receiver redirects (HTTP 307)"); });
    for (const auto& request : received()) EXPECT_EQ(request.at("path").as_string(), "/hook?key=hidden-key");
    answer("endless");
    wait_until([&] { return logged("no answer that is HTTP"); });
    answer("hang");
    wait_until([&] { return logged("was not delivered by office: no answer in time"); });
    instance.sealctl_json("li.na", {"application", "withdraw", number});  // which this webhook did not ask for
    answer_well();
    wait_until([&] { return logged("was delivered by office"); });
    for (const auto& request : received()) EXPECT_EQ(request.at("body").at("kind").as_string(), "waiting");
}

TEST_F(Webhooks, AreToldNothingUnlessTheirCertificateIsTheirsAndTrusted) {
    TestCa ca("CA"), other("Other CA");
    const auto trusted = instance.write_file("ca.pem", ca.certificate());
    const auto show = [&](TestCa& by, const std::string& name) {
        const auto identity = by.issue({.common_name = "receiver", .names = {name}});
        return instance.write_file("identity.pem", identity.certificate + identity.key);
    };
    begin("https", "ca = \"" + trusted.string() + "\"\n");
    auto receiver = receive(show(other, "IP:127.0.0.1"));
    apply();
    wait_until([&] { return logged("the receiver's certificate is not trusted (unable to get local issuer certificate)"); });
    receiver = nullptr;
    receiver = receive(show(ca, "IP:127.0.0.2"));
    wait_until([&] { return logged("the receiver's certificate is not trusted (IP address mismatch)"); });
    EXPECT_TRUE(received().empty());
    receiver = nullptr;
    receiver = receive(show(ca, "IP:127.0.0.1"));
    wait_until([&] { return !received().empty(); });
    EXPECT_TRUE(received().at(0).at("genuine").as_bool());
}

}  // namespace
}  // namespace seald::test
