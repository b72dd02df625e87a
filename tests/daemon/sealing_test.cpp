// The main job: a real document, from application through two approvals to a signature that others verify.
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>

#include "core/receipt.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class Sealing : public testing::Test {
  protected:
    explicit Sealing(Office office = {}) : instance(std::move(office)) {}
    void SetUp() override {
        instance.start();
        instance.unlock();
    }
    fs::path real_document() {
        std::ifstream in(SEALD_TEST_DATA "/contract.pdf", std::ios::binary);
        return instance.write_file("contract.pdf", {std::istreambuf_iterator<char>(in), {}});
    }
    fs::path trust() {
        const auto seal = instance.http("li.na", "GET", "/v1/seals/contract").json();
        return instance.write_file("trust.pem", std::string(seal.at("certificate").as_object().at("pem").as_string()));
    }
    Instance instance;
};

TEST_F(Sealing, TakesARealDocumentFromApplicationToASignatureThatOpensslVerifies) {
    instance.make_seal();
    const auto document = real_document();
    const auto number = instance.approved_application({document});
    const auto sealed = instance.sealctl("li.na", {"sign", "--application", number, document});
    ASSERT_EQ(sealed.exit_code, 0) << sealed.err << instance.log();

    EXPECT_TRUE(openssl_verifies(document, trust()));
    const auto verified = instance.sealctl("li.na", {"verify", document, "--trust", trust(), "--ledger-key", instance.ledger_key()});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
    EXPECT_EQ(instance.http("li.na", "GET", "/v1/applications/" + number).json().at("state").as_string(), "sealed");
}

TEST_F(Sealing, IsNoLongerVerifiedOnceTheDocumentIsChanged) {
    instance.make_seal();
    const auto document = instance.write_file("letter.txt", "pay 100");
    const auto number = instance.approved_application({document});
    ASSERT_EQ(instance.sealctl("li.na", {"sign", "--application", number, document}).exit_code, 0);
    instance.write_file("letter.txt", "pay 900");
    EXPECT_FALSE(openssl_verifies(document, trust()));
    EXPECT_EQ(instance.sealctl("li.na", {"verify", document, "--trust", trust(), "--ledger-key", instance.ledger_key()}).exit_code, 5);
}

TEST_F(Sealing, WorksWithAnRsaKeyToo) {
    instance.make_seal("contract", "rsa-2048");
    const auto document = instance.write_file("letter.txt", "hello");
    const auto number = instance.approved_application({document});
    const auto sealed = instance.sealctl("li.na", {"sign", "--application", number, document});
    ASSERT_EQ(sealed.exit_code, 0) << sealed.err;
    EXPECT_TRUE(openssl_verifies(document, trust()));
}

TEST_F(Sealing, SealsABatchOfFilesEachOnce) {
    instance.make_seal();
    std::vector<fs::path> files;
    for (int n = 0; n < 40; ++n) files.push_back(instance.write_file("page-" + std::to_string(n), "page " + std::to_string(n)));
    const auto number = instance.approved_application(files);
    std::vector<std::string> command = {"sign", "--application", number};
    for (const auto& file : files) command.push_back(file);
    const auto sealed = instance.sealctl("li.na", command);
    ASSERT_EQ(sealed.exit_code, 0) << sealed.err << instance.log();
    for (const auto& file : files) EXPECT_TRUE(openssl_verifies(file, trust())) << file;
    EXPECT_EQ(instance.entries("outcome").size(), files.size());
}

TEST_F(Sealing, GivesTheSameSignatureForTheSameRequestId) {
    instance.make_seal();
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
    const auto request = Instance::request_with({review, final}, {digest}, "once");
    const auto first = instance.post("li.na", "/v1/seals/contract/signatures", request);
    ASSERT_EQ(first.status, 200) << first.body;
    const auto second = instance.post("li.na", "/v1/seals/contract/signatures", request);
    ASSERT_EQ(second.status, 200) << second.body;
    const auto value = [](const Reply& reply) { return reply.json().at("signatures").as_array().at(0).as_object().at("value"); };
    EXPECT_EQ(value(first), value(second));
    EXPECT_EQ(instance.entries("outcome").size(), 1u);

    const auto other = Digest::of(DigestAlgorithm::sha256, as_bytes("other"));
    EXPECT_EQ(instance.post("li.na", "/v1/seals/contract/signatures", Instance::request_with({review, final}, {other}, "once")).rule(),
              "request-id-reused");
}

TEST_F(Sealing, LetsCurlReadTheSealsAsTheReadmeSays) {
    instance.make_seal();
    const auto shown = instance.as("li.na", {"/usr/bin/curl", "--silent", "--fail", "--unix-socket", (instance.folder() / "run" / "seald.sock").string(),
                                             "http://localhost/v1/seals"});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_NE(shown.out.find("合同專用章"), std::string::npos) << shown.out;
}

class RawSealing : public Sealing {
  protected:
    RawSealing() : Sealing({.formats = R"(["cms", "raw"])"}) {}
};

TEST_F(RawSealing, SignsTheBareDigestWhereThePolicyAllowsIt) {
    instance.make_seal();
    const auto digest = Digest::of(DigestAlgorithm::sha256, as_bytes("hello"));
    const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest}));
    const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest}));
    auto request = Instance::request_with({review, final}, {digest}, "raw");
    request["format"] = "raw";
    const auto reply = instance.post("li.na", "/v1/seals/contract/signatures", request);
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto answer = reply.json();
    const auto& signature = answer.at("signatures").as_array().at(0).as_object();
    const auto value = decode_base64(std::string_view(signature.at("value").as_string())).value();
    const auto seal = instance.http("li.na", "GET", "/v1/seals/contract").json();
    const auto key = PublicKey::from_pem(std::string_view(seal.at("public_key").as_string())).value();
    EXPECT_TRUE(key.verify_digest(digest, SignatureScheme::ecdsa, value));
}

class ResealReturning : public Sealing {
  protected:
    ResealReturning() : Sealing({.reseal = "return"}) {}
};

TEST_F(ResealReturning, GivesTheEarlierSignatureBackInsteadOfSealingAgain) {
    instance.make_seal();
    const auto document = instance.write_file("letter.txt", "hello");
    const auto number = instance.approved_application({document});
    const auto first = instance.sealctl_json("li.na", {"sign", "--application", number, document});
    const auto before = run_tool("sha256sum " + document.string() + ".p7s").out;
    const auto again = instance.sealctl("li.na", {"sign", "--application", number, document, "--force"});
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_EQ(run_tool("sha256sum " + document.string() + ".p7s").out, before);
    EXPECT_EQ(instance.entries("outcome").size(), 1u);
}

}  // namespace
}  // namespace seald::test
