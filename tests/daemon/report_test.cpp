// The auditor's reports, from a daemon that did some work; and signing them off.
#include <gtest/gtest.h>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

class Report : public testing::Test {
  protected:
    Report() {
        instance.start();
        instance.unlock();
        instance.make_seal();
        const auto file = instance.write_file("合同.txt", "hello");
        instance.sealctl_json("li.na", {"sign", "--application", instance.approved_application({file}), file});
        instance.http("li.na", "POST", "/v1/seals", "{}");
    }
    static std::string this_quarter() {
        const std::string today = to_rfc3339(SystemClock().now());
        return today.substr(0, 4) + "Q" + std::to_string((std::stoi(today.substr(5, 2)) + 2) / 3);
    }
    std::string tlogcheck() { return SEALD_BUILD_DIR "/tests/support/tlogcheck"; }
    Instance instance;
};

TEST_F(Report, AuditOfTheQuarterIsReadFiledAndSignedOff) {
    const auto audit = instance.sealctl_json("liu.yang", {"report", "audit", "--quarter", this_quarter(), "--ledger-key", instance.ledger_key()});
    const auto& uses = audit.at("uses_per_seal").as_object().at("rows").as_array();
    ASSERT_EQ(uses.size(), 1u);
    EXPECT_EQ(uses[0].as_object().at("signed").as_string(), "1");
    EXPECT_EQ(audit.at("unused_approvals").as_object().at("rows").as_array().size(), 0u);
    EXPECT_EQ(audit.at("tokens").as_object().at("rows").as_array().size(), 1u);

    const auto page = instance.desk() / "audit.html";
    const auto written = instance.sealctl("liu.yang", {"report", "audit", "--quarter", this_quarter(), "--ledger-key", instance.ledger_key(), "--html", page.string()});
    EXPECT_EQ(written.exit_code, 0) << written.err;
    EXPECT_NE(read_file(page).find("合同專用章"), std::string::npos);

    const std::vector<std::string> sign_off = {"report", "sign-off", page.string(), "--period", this_quarter(), "--remarks", "沒有異議"};
    EXPECT_EQ(instance.sealctl("zhang.wei", sign_off).exit_code, 1) << "a custodian is no auditor";
    EXPECT_EQ(instance.sealctl("liu.yang", sign_off).exit_code, 0);
    const auto entry = instance.entries("audit-sign-off").at(0);
    EXPECT_EQ(entry.at("remarks").as_string(), "沒有異議");
    EXPECT_EQ(run_tool("sha256sum " + page.string()).out.substr(0, 64), entry.at("report_sha256").as_string());
    const auto again = instance.sealctl("liu.yang", {"report", "audit", "--quarter", this_quarter(), "--ledger-key", instance.ledger_key()});
    EXPECT_NE(again.out.find("沒有異議"), std::string::npos) << again.out;
}

TEST_F(Report, EvaluationOfTheYear) {
    const auto text = instance.sealctl("liu.yang", {"report", "evaluation", "--year", this_quarter().substr(0, 4)}).out;
    EXPECT_NE(text.find("1 submitted, 0 rejected or returned"), std::string::npos) << text;
    EXPECT_EQ(instance.sealctl("liu.yang", {"report", "evaluation", "--year", "26"}).exit_code, 2);
}

TEST_F(Report, CompromiseComesWithProofsThatVerifyElsewhere) {
    const auto proofs = instance.desk() / "proofs";
    const auto report = instance.sealctl_json("liu.yang", {"report", "compromise", "contract", "--from", "2000-01-01", "--proofs", proofs.string()});
    const auto& use = report.at("uses").as_object().at("rows").as_array().at(0).as_object();
    EXPECT_NE(std::string(use.at("approvers").as_string()).find("chen.jie (administration)"), std::string::npos);
    const auto receipt = proofs / std::string(use.at("proof").as_string());
    EXPECT_EQ(run_tool(tlogcheck() + " receipt '" + instance.ledger_key() + "' < " + receipt.string()).exit_code, 0);
    EXPECT_EQ(instance.sealctl_json("liu.yang", {"report", "compromise", "contract", "--to", "2000-01-01"}).at("uses").as_object().at("rows").as_array().size(), 0u);
}

}  // namespace
}  // namespace seald::test
