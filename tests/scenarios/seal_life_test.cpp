// The whole life of a seal, from its making to the certificate of its destruction, with the programs that its people use. To be
// read by an auditor: the words above each part are the organisation's.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;

TEST(SealLifeScenario, FromItsMakingToTheCertificateOfItsDestruction) {
    Instance company;
    company.start();
    company.unlock();
    const auto state = [&] { return std::string(company.http("liu.yang", "GET", "/v1/seals/contract").json().at("state").as_string()); };

    // 制章: 張偉, the custodian, makes the seal; its key is made in the token and never leaves it.
    company.sealctl_json("zhang.wei", {"seal", "make", "contract", "--kind", "contract", "--title", "合同專用章", "--owner", "示例有限公司", "--token", "usb-1", "--algorithm",
                                       "ec-p256", "--self-signed-days", "365"});
    EXPECT_EQ(state(), "made");
    EXPECT_EQ(company.sealctl("zhang.wei", {"seal", "activate", "contract", "--reason", "in a hurry"}).exit_code, 1) << "not before it is filed";

    // 備案, then in force.
    company.sealctl_json("zhang.wei", {"seal", "file", "contract", "--number", "4401060012345", "--date", "2026-11-23"});
    company.sealctl_json("zhang.wei", {"seal", "activate", "contract", "--reason", "備案完成"});
    EXPECT_EQ(state(), "in-force");

    // 用印申請, 部門審核, 最終審批, 簽章: 李娜 applies, 王芳 reviews, 陳杰 approves, 李娜 seals.
    const auto contract = company.write_file("供貨合同.pdf", "the contract: 100,000");
    const auto number = company.approved_application({contract});
    ASSERT_EQ(company.sealctl("li.na", {"sign", "--application", number, contract.string()}).exit_code, 0);
    const auto proof = company.sealctl_at("unix:/nowhere", "nobody", {"verify", contract.string(), "--ledger-key", company.ledger_key()});
    EXPECT_EQ(proof.exit_code, 0) << proof.out;

    // 停用: 劉洋, the auditor, has a doubt. One person is enough to stop.
    ASSERT_EQ(company.sealctl("liu.yang", {"seal", "suspend", "contract", "--reason", "the safe was found open"}).exit_code, 0);
    EXPECT_EQ(state(), "suspended");

    // 啟用: two persons. 張偉 asks, and cannot confirm it himself; 郭靜, the administrator, signs.
    const auto resume = std::string(company.sealctl_json("zhang.wei", {"seal", "resume", "contract", "--reason", "nothing is missing"}).at("number").as_string());
    EXPECT_EQ(company.confirm("zhang.wei", resume).exit_code, 1);
    EXPECT_EQ(state(), "suspended");
    EXPECT_EQ(company.confirm("guo.jing", resume).exit_code, 0);
    EXPECT_EQ(state(), "in-force");

    // 註銷: two persons, and for good.
    company.with_second_person({"seal", "cancel", "contract", "--reason", "replaced by a new seal"});
    EXPECT_EQ(state(), "cancelled");
    EXPECT_EQ(company.sealctl("zhang.wei", {"seal", "resume", "contract", "--reason", "we want it back"}).exit_code, 1);

    // 銷毀: 張偉 asks, 郭靜 and 劉洋 witness (監銷人), each with his own signature.
    const auto destroy = std::string(company.sealctl_json("zhang.wei", {"seal", "destroy", "contract", "--reason", "it is not needed any more"}).at("number").as_string());
    EXPECT_EQ(company.confirm("guo.jing", destroy).exit_code, 0);
    EXPECT_EQ(state(), "cancelled") << "one witness is not enough";
    EXPECT_EQ(company.confirm("liu.yang", destroy).exit_code, 0);
    EXPECT_EQ(state(), "destroyed");

    // The key is gone from the token: another program looks.
    const auto objects = run_tool("pkcs11-tool --module " + SoftHsm::module() + " --token-label 'Seal Key 1' --login --pin 1234 -O 2>&1").out;
    EXPECT_THAT(objects, testing::Not(HasSubstr("contract")));

    // 銷毀證明: anybody can check it with the ledger's public key, without the daemon.
    const auto certificate = company.desk() / "銷毀證明.txt";
    ASSERT_EQ(company.sealctl("liu.yang", {"seal", "destroyed", "contract", "-o", certificate.string()}).exit_code, 0);
    ASSERT_EQ(company.stop(), 0);
    const auto checked = company.sealctl_at("unix:/nowhere", "nobody", {"verify", certificate.string(), "--ledger-key", company.ledger_key()});
    EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
    EXPECT_THAT(checked.out, testing::AllOf(HasSubstr("signed by guo.jing"), HasSubstr("signed by liu.yang")));

    // What it sealed while it was in force verifies as before, and its state at any moment can be asked.
    company.start();
    EXPECT_EQ(company.sealctl("nobody", {"verify", contract.string(), "--ledger-key", company.ledger_key()}).exit_code, 0);
    const auto resumed_at = std::string(company.entries("seal-resume").at(0).at("time").as_string());
    EXPECT_THAT(company.sealctl("liu.yang", {"seal", "show", "contract", "--at", resumed_at}).out, HasSubstr("in-force"));

    // The ledger tells the whole life, and nobody changed it.
    std::vector<std::string> life;
    const auto page = company.http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&seal=contract").json();
    for (const auto& each : page.at("entries").as_array()) {
        const auto& entry = each.at("entry").as_object();
        const std::string kind(entry.at("kind").as_string());
        if (kind.starts_with("seal-") || kind.starts_with("act-") || kind.starts_with("key-destroyed")) life.push_back(kind + " " + std::string(entry.at("caller").at("id").as_string()));
    }
    EXPECT_THAT(life, testing::ElementsAre("seal-made zhang.wei", "seal-file zhang.wei", "seal-activate zhang.wei", "seal-suspend liu.yang", "act-asked zhang.wei",
                                           "act-confirmed guo.jing", "seal-resume guo.jing", "act-asked zhang.wei", "act-confirmed guo.jing", "seal-cancel guo.jing",
                                           "act-asked zhang.wei", "act-confirmed guo.jing", "act-confirmed liu.yang", "key-destroyed liu.yang", "seal-destroyed liu.yang"));
    EXPECT_EQ(company.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", company.ledger_key()}).exit_code, 0);
}

}  // namespace
}  // namespace seald::test
