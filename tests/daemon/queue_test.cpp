// A token's line fills up: what there is no room for is refused before anything is spent for it, readiness says so, and all that
// was let in is signed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr int sessions = 4, requests_of_one = 16, documents_of_one = 16;  // 256 signatures: what one caller may have in the line

class Queue : public testing::Test {
  protected:
    Queue() {
        std::filesystem::permissions(rules.path(), std::filesystem::perms::all);
        instance.start();
        instance.unlock();
        instance.make_seal("letters");
    }
    std::string request(const std::string& caller, int number) {
        std::vector<Digest> documents;
        for (int i = 0; i < documents_of_one; ++i) {
            const std::string content = caller + " " + std::to_string(number) + " " + std::to_string(i);
            documents.push_back(Digest::of(DigestAlgorithm::sha256, as_bytes(content)));
        }
        auto approval = instance.outside_approval("chen.jie", "administration", documents);
        approval.applicant = PersonId::decode(caller).value();
        approval.seal = SealName::decode("letters").value();
        const auto body = json::serialize(Instance::request_with({instance.mint(approval)}, documents, caller + std::to_string(number)));
        return "POST /v1/seals/letters/signatures HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }
    // As much as this caller may have in the line.
    void fill_for(const std::string& caller) {
        for (int i = 0; i < requests_of_one; ++i) open.push_back(instance.open_and_send(caller, request(caller, i)));
        expected += requests_of_one * documents_of_one;
        const std::string all_wait = "seald_token_waiting{token=\"usb-1\"} " + std::to_string(expected - sessions) + "\n";
        for (int tries = 0; metrics().find(all_wait) == std::string::npos && tries < 1000; ++tries) std::this_thread::sleep_for(20ms);
        ASSERT_THAT(metrics(), HasSubstr(all_wait)) << instance.log();
    }
    std::uint64_t intents() {
        std::uint64_t count = 0;
        for (std::string after; ;) {
            const auto page = instance.http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&kind=intent" + after).json();
            const auto& entries = page.at("entries").as_array();
            count += entries.size();
            if (entries.size() < 1000) return count;
            after = "&from=" + std::to_string(entries.back().as_object().at("index").to_number<std::uint64_t>() + 1);
        }
    }
    std::string metrics() { return instance.http("liu.yang", "GET", "/metrics").body; }
    std::string code() {
        const auto token = instance.http("liu.yang", "GET", "/v1/ready").json().at("tokens").at(0);
        return token.at("ready").as_bool() ? "ready" : std::string(token.at("code").as_string());
    }
    static std::string answer(int connection) {
        std::string all;
        char part[4096];
        for (ssize_t got = 0; (got = ::recv(connection, part, sizeof part, 0)) > 0;) all.append(part, static_cast<std::size_t>(got));
        ::close(connection);
        return all;
    }
    static Office office() {
        Office office{.module = FaultyModule::module(), .token_extra = "sign_timeout = \"2m\"\nsessions = 4\n"};
        office.extra = "[seal.letters]\nusers = [\"li.na\", \"zhao.min\", \"sun.li\", \"erp\"]\nformats = [\"cms\"]\napproval_ttl = \"72h\"\n"
                       "steps = [{ name = \"administration\", role = \"approver\" }]\n";
        return office;
    }
    TemporaryFolder rules{"seald-queue"};
    FaultyModule faults{rules.path(), SoftHsm::module()};
    Instance instance{office()};
    std::vector<int> open;
    std::uint64_t expected = 0;
};

TEST_F(Queue, ThatIsFullTakesNothingMoreSpendsNothingSaysSoAndEmpties) {
    faults.misbehave("C_Sign delay 40000");
    fill_for("li.na");
    const auto own = instance.raw("li.na", request("li.na", 100));
    EXPECT_THAT(own, HasSubstr("HTTP/1.1 429"));
    EXPECT_THAT(own, HasSubstr("\"rule\":\"token-line\""));
    EXPECT_THAT(own, HasSubstr("too many signatures for li.na wait for token usb-1 already (256)"));
    EXPECT_THAT(own, HasSubstr("Retry-After: "));
    EXPECT_EQ(code(), "ready") << "others are let in";

    for (const char* caller : {"zhao.min", "sun.li", "erp"}) fill_for(caller);
    EXPECT_EQ(code(), "queue-full");
    EXPECT_EQ(instance.http("liu.yang", "GET", "/v1/ready").status, 503);
    const auto refused = instance.raw("erp", request("erp", 100));
    EXPECT_THAT(refused, HasSubstr("HTTP/1.1 429"));
    EXPECT_THAT(refused, HasSubstr("\"rule\":\"token-line\""));
    EXPECT_EQ(intents(), expected) << "nothing is spent for what is refused";
    EXPECT_THAT(metrics(), HasSubstr("rule=\"token-line\",status=\"429\"} 2"));

    faults.behave();
    for (const int connection : open) EXPECT_THAT(answer(connection), HasSubstr("HTTP/1.1 200"));
    EXPECT_EQ(code(), "ready");
    EXPECT_THAT(instance.raw("li.na", request("li.na", 100)), HasSubstr("HTTP/1.1 200")) << "the approvals are good";
}

}  // namespace
}  // namespace seald::test
