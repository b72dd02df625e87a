// The organisation's own document on the use of seals, line by line, with the programs that its people use. The words above
// each part are the document's.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>

#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class SealProcess : public testing::Test {
  protected:
    void SetUp() override {
        company.start();
        company.unlock();
        company.make_seal();
        contract = company.write_file("供貨合同.pdf", "the contract, first draft: the amount is missing");
        annex_1 = company.write_file("附件1.pdf", "annex 1");
        annex_2 = company.write_file("附件2.pdf", "annex 2");
        other = company.write_file("unrelated.pdf", "something that nobody approved");
    }
    std::string state_of(const std::string& number) {
        return std::string(company.http("liu.yang", "GET", "/v1/applications/" + number).json().at("state").as_string());
    }
    Output decide(const std::string& person, const std::string& decision, const std::string& number, std::vector<std::string> more = {}) {
        std::vector<std::string> arguments = {decision, number, "--key", company.key_file(person).string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return company.sealctl(person, arguments);
    }
    // What the ledger holds about this application, in order: kind, who, and the state it led to.
    std::vector<std::string> ledger_of(const std::string& number) {
        std::vector<std::string> lines;
        const auto page = company.http("liu.yang", "GET", "/v1/ledger/entries?limit=1000&application=" + number).json();
        for (const auto& each : page.at("entries").as_array()) {
            const auto& entry = each.at("entry").as_object();
            std::string line = std::string(entry.at("kind").as_string()) + " " + std::string(entry.at("caller").at("id").as_string());
            if (const auto* decision = entry.if_contains("decision")) line += " " + std::string(decision->as_string());
            if (const auto* after = entry.if_contains("application_state")) line += " -> " + std::string(after->as_string());
            EXPECT_TRUE(entry.contains("time"));
            lines.push_back(line);
        }
        return lines;
    }
    Instance company;
    fs::path contract, annex_1, annex_2, other;
};

TEST_F(SealProcess, FromTheApplicationToThreeSealedFiles) {
    // 1. Apply: say why; hand in the files; name the document type.
    const auto applied = company.sealctl_json("li.na", {"apply", "--seal", "contract", "--purpose", "與廣州公司的供貨合同", "--type", "supply contract",
                                                        contract.string(), annex_1.string(), annex_2.string()});
    const std::string number(applied.at("number").as_string());
    EXPECT_EQ(applied.at("state").as_string(), "submitted");

    // 2. The department head reviews: reasonable, in order? She opens exactly what would be sealed ...
    const auto waiting = company.sealctl("wang.fang", {"application", "list", "--waiting-for-me"});
    EXPECT_NE(waiting.out.find(number), std::string::npos) << waiting.out;
    const fs::path desk = company.desk() / "wang.fang";
    fs::create_directory(desk);
    fs::permissions(desk, fs::perms::all);
    ASSERT_EQ(company.sealctl("wang.fang", {"application", "fetch", number, desk.string()}).exit_code, 0);
    EXPECT_EQ(read_file(desk / "供貨合同.pdf"), "the contract, first draft: the amount is missing");
    // ... and returns it, with the reason.
    EXPECT_EQ(decide("wang.fang", "return", number).exit_code, 2) << "a reason is mandatory";
    ASSERT_EQ(decide("wang.fang", "return", number, {"--reason", "the amount is missing"}).exit_code, 0);
    EXPECT_EQ(state_of(number), "returned");
    EXPECT_EQ(company.sealctl("li.na", {"sign", "--application", number, contract.string()}).exit_code, 1) << "a returned application seals nothing";

    // The applicant corrects it and hands it in again; it keeps its number and its history.
    company.write_file("供貨合同.pdf", "the contract: 100,000");
    const auto again = company.sealctl_json("li.na", {"apply", "--correct", number, "--seal", "contract", "--purpose", "與廣州公司的供貨合同", "--type",
                                                      "supply contract", contract.string(), annex_1.string(), annex_2.string()});
    EXPECT_EQ(again.at("round").as_int64(), 2);
    EXPECT_EQ(again.at("decisions").as_array().size(), 1u) << "the return is still there to be read";
    ASSERT_EQ(decide("wang.fang", "approve", number, {"--yes"}).exit_code, 0);
    EXPECT_EQ(state_of(number), "reviewed");

    // 3. The administration decides: who applies, for what, with which files; and signs the decision.
    ASSERT_EQ(decide("chen.jie", "approve", number, {contract.string(), annex_1.string(), annex_2.string(), "--yes"}).exit_code, 0);
    EXPECT_EQ(state_of(number), "approved");

    // 4. Use: the specified files are sealed, each once; a fourth is refused.
    for (const auto& [file, then] : {std::pair(contract, "partly-sealed"), std::pair(annex_1, "partly-sealed"), std::pair(annex_2, "sealed")}) {
        const auto sealed = company.sealctl("li.na", {"sign", "--application", number, file.string()});
        ASSERT_EQ(sealed.exit_code, 0) << sealed.err << company.log();
        EXPECT_EQ(state_of(number), then);
    }
    const auto again_sealed = company.sealctl("li.na", {"sign", "--application", number, annex_1.string(), "-o", (company.desk() / "second.p7s").string()});
    EXPECT_EQ(again_sealed.exit_code, 1) << "each file once";
    const auto fourth = company.sealctl("li.na", {"sign", "--application", number, other.string()});
    EXPECT_EQ(fourth.exit_code, 1) << fourth.err;
    EXPECT_FALSE(fs::exists(other.string() + ".p7s"));

    // Date, user, file names and approvers are recorded: the whole story, in the order in which it happened.
    const std::vector<std::string> story = {"application-submitted li.na",
                                            "decision wang.fang return -> returned",
                                            "application-handed-in-again li.na",
                                            "decision wang.fang approve -> reviewed",
                                            "decision chen.jie approve -> approved",
                                            "intent li.na",
                                            "outcome li.na -> partly-sealed",
                                            "intent li.na",
                                            "outcome li.na -> partly-sealed",
                                            "intent li.na",
                                            "outcome li.na -> sealed"};
    std::vector<std::string> told = ledger_of(number);
    std::erase_if(told, [](const std::string& line) { return line.starts_with("refusal"); });
    EXPECT_EQ(told, story);
    std::vector<std::string> sealed_files;
    for (const auto& outcome : company.entries("outcome")) sealed_files.emplace_back(outcome.at("document").at("name").as_string());
    EXPECT_EQ(sealed_files, (std::vector<std::string>{"供貨合同.pdf", "附件1.pdf", "附件2.pdf"}));
    EXPECT_GE(company.entries("refusal").size(), 2u) << "what was refused is in the book, too";
    for (const auto& intent : company.entries("intent")) EXPECT_EQ(intent.at("policy").as_string().size(), 64u) << "and by which policy it was permitted";

    // What was sealed verifies without this system, and the book is whole.
    const auto seal = company.http("li.na", "GET", "/v1/seals/contract").json();
    const auto trust = company.write_file("trust.pem", std::string(seal.at("certificate").at("pem").as_string()));
    for (const auto& file : {contract, annex_1, annex_2}) EXPECT_TRUE(openssl_verifies(file, trust)) << file;
    EXPECT_EQ(company.sealctl("liu.yang", {"ledger", "verify", "--ledger-key", company.ledger_key()}).exit_code, 0);
}

// 7. Improve: collect feedback, tune the process. Training gates the right to use.
TEST_F(SealProcess, TrainingAndFeedback) {
    company.configure({.seal_extra = "training = \"seal-use-2026\""});
    ASSERT_EQ(company.sealctl("zhang.wei", {"reload"}).exit_code, 0);
    const std::vector<std::string> apply = {"apply", "--seal", "contract", "--purpose", "p", "--type", "t", annex_1.string()};
    const auto untrained = company.sealctl("li.na", apply);
    EXPECT_EQ(untrained.exit_code, 1);
    EXPECT_NE(untrained.err.find("training"), std::string::npos) << untrained.err;
    ASSERT_EQ(company.sealctl("zhang.wei", {"training", "record", "li.na", "seal-use-2026", "--until", "2099-12-31"}).exit_code, 0);
    EXPECT_EQ(company.sealctl("li.na", apply).exit_code, 0);
    EXPECT_EQ(company.sealctl("wang.fang", {"training", "record", "zhao.min", "seal-use-2026", "--until", "2099-12-31"}).exit_code, 1);
    EXPECT_EQ(company.sealctl("zhang.wei", {"training", "record", "zhang.wei", "seal-use-2026", "--until", "2099-12-31"}).exit_code, 1);
    EXPECT_EQ(company.entries("training-recorded").size(), 1u);

    ASSERT_EQ(company.sealctl("li.na", {"feedback", "add", "two days for a review is too long"}).exit_code, 0);
    EXPECT_NE(company.sealctl("liu.yang", {"feedback", "list"}).out.find("two days for a review is too long"), std::string::npos);
    EXPECT_EQ(company.sealctl("zhao.min", {"feedback", "list"}).out.find("two days"), std::string::npos) << "others' feedback is not everybody's to read";
}

}  // namespace
}  // namespace seald::test
