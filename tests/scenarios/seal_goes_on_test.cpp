// A seal outlives its key and its custodian. What the organisation does when the certificate of its contract seal ends, and when
// the custodian moves on: told step by step, with the programs that its people use. Nobody's work is held up by either.
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <thread>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class SealGoesOn : public testing::Test {
  protected:
    // 張偉 keeps the seal, 孫麗 will; 陳杰 supervises; 劉洋 audits.
    static Office with_two_custodians() {
        return {.extra = "[[person]]\nid = \"sun.li\"\nname = \"孫麗\"\nunix_user = \"" + std::to_string(uid_of("sun.li")) +
                         "\"\nroles = [\"custodian\"]\napproval_key = \"keys/sun.li.pub.pem\"\n",
                .absent = {"sun.li"}};
    }
    SealGoesOn() : company(with_two_custodians()) {}
    void SetUp() override {
        company.start();
        company.unlock();
        company.make_seal();
    }
    json::object seal() { return company.sealctl_json("liu.yang", {"seal", "show", "contract"}); }
    std::string word(const json::object& object, std::string_view field) { return std::string(object.at(field).as_string()); }
    fs::path certificate(const std::string& name) {
        const fs::path file = company.desk() / name;
        std::ofstream(file) << word(seal().at("certificate").as_object(), "pem");
        return file;
    }
    fs::path sealed(const std::string& name) {
        const auto file = company.write_file(name, "text of " + name);
        const auto done = company.sealctl("li.na", {"sign", "--application", company.approved_application({file}), file.string()});
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return file;
    }
    Output hand_over(const std::string& person, std::vector<std::string> more) {
        std::vector<std::string> arguments{"seal", "hand-over", "contract", "--key", company.key_file(person).string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return company.sealctl(person, arguments);
    }
    Instance company;
};

// Departments that go on sealing all day: each document with approvals of its own. How many were refused, or failed.
struct Work {
    std::atomic<int> sealed = 0, refused = 0;
    std::atomic<bool> over = false;
};
void go_on_sealing(Instance& company, int department, Work& work) {
    for (int n = 0; !work.over; ++n) {
        const std::string name = "contract " + std::to_string(department) + "/" + std::to_string(n);
        const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes(name));
        const auto review = company.mint(company.outside_approval("wang.fang", "department-review", {digest}));
        const auto final = company.mint(company.outside_approval("chen.jie", "administration", {digest}));
        const auto reply = company.post("li.na", "/v1/seals/contract/signatures", Instance::request_with({review, final}, {digest}, name));
        ++(reply.status == 200 ? work.sealed : work.refused);
    }
}

TEST_F(SealGoesOn, ItsKeyIsReplacedWhileAllWorkOnAndThenItChangesHands) {
    // A contract is sealed with the first key, and filed away.
    const auto first = certificate("first.pem");
    const auto old_contract = sealed("供貨合同.pdf");
    EXPECT_EQ(seal().at("version").to_number<int>(), 1);

    // 換章. The certificate will end: the custodian has a new key made beside the old one, and its certificate.
    company.sealctl_json("zhang.wei", {"seal", "replace", "contract", "--reason", "the certificate ends", "--self-signed-days", "365"});
    EXPECT_EQ(seal().at("version").to_number<int>(), 1) << "nothing changes yet";

    // In the middle of a working day it takes over. Nobody is told to wait, and nobody's request fails.
    Work work;
    std::vector<std::thread> departments;
    for (int department = 0; department < 4; ++department) departments.emplace_back(go_on_sealing, std::ref(company), department, std::ref(work));
    while (work.sealed < 10 && work.refused == 0) std::this_thread::yield();
    const auto taken_over = company.sealctl("zhang.wei", {"seal", "cut-over", "contract"});
    EXPECT_EQ(taken_over.exit_code, 0) << taken_over.err;
    const int until_then = work.sealed;
    while (work.sealed < until_then + 10 && work.refused == 0) std::this_thread::yield();
    work.over = true;
    for (auto& department : departments) department.join();
    EXPECT_EQ(work.refused, 0);

    // New contracts carry the new certificate, and the register holds both keys: which was in use when.
    const auto second = certificate("second.pem");
    const auto new_contract = sealed("採購合同.pdf");
    EXPECT_TRUE(openssl_verifies(new_contract, second));
    const auto versions = seal().at("versions").as_array();
    ASSERT_EQ(versions.size(), 2u);
    EXPECT_EQ(word(versions[0].as_object(), "state"), "replaced");
    EXPECT_EQ(word(versions[1].as_object(), "state"), "in-use");

    // The contract of before is as good as ever: by openssl, by sealctl with the ledger's receipt.
    EXPECT_TRUE(openssl_verifies(old_contract, first));
    EXPECT_EQ(company.sealctl("liu.yang", {"verify", old_contract.string(), "--trust", first.string(), "--ledger-key", company.ledger_key()}).exit_code, 0);

    // 移交. 張偉 moves on. He hands the seal over to 孫麗, and 陳杰 supervises (監交人): each says so himself and signs it.
    ASSERT_EQ(hand_over("zhang.wei", {"--to", "sun.li", "--supervisor", "chen.jie", "--reason", "moves to another city"}).exit_code, 0);
    EXPECT_EQ(hand_over("chen.jie", {"--confirm"}).exit_code, 1) << "there is nothing to confirm before she has it";
    ASSERT_EQ(hand_over("sun.li", {"--accept"}).exit_code, 0);
    EXPECT_EQ(word(seal(), "custodian"), "zhang.wei") << "until the last of them has spoken it is his";
    ASSERT_EQ(hand_over("chen.jie", {"--confirm"}).exit_code, 0);
    EXPECT_EQ(word(seal(), "custodian"), "sun.li");
    sealed("租賃合同.pdf");  // and the work went on

    // The auditor finds all of it in the ledger, in order, dated, and the ledger verifies.
    const std::vector<std::pair<std::string, std::string>> story{{"seal-replacement", "zhang.wei"}, {"seal-cut-over", "zhang.wei"}, {"seal-hand-over-begun", "zhang.wei"},
                                                                 {"seal-hand-over-accepted", "sun.li"}, {"seal-handed-over", "chen.jie"}};
    std::string before;
    for (const auto& [kind, who] : story) {
        const auto entries = company.entries(kind);
        ASSERT_EQ(entries.size(), 1u) << kind;
        EXPECT_EQ(word(entries[0].at("caller").as_object(), "id"), who);
        EXPECT_GE(word(entries[0], "time"), before);
        before = word(entries[0], "time");
    }
    EXPECT_EQ(company.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", company.ledger_key()}).exit_code, 0);
}

}  // namespace
}  // namespace seald::test
