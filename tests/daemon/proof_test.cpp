// prove = "key": whoever uses the seal signs the request with his own key, once, and the ledger keeps it for whoever asks later.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <fstream>

#include "core/use_proof.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"
#include "tests/support/faulty_module.hpp"
#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

Office proving() {
    Office office;
    office.seal_extra = "prove = \"key\"";
    return office;
}

class ProofOfUse : public testing::Test {
  protected:
    explicit ProofOfUse(Office office = proving()) : instance(std::move(office)) {
        instance.start();
        instance.unlock();
        instance.make_seal();
    }
    static Digest digest(const std::string& text) { return Digest::of(DigestAlgorithm::sha256, as_bytes(text)); }
    json::object request(const std::string& document, const std::string& request_id) {
        const auto review = instance.mint(instance.outside_approval("wang.fang", "department-review", {digest(document)}));
        const auto final = instance.mint(instance.outside_approval("chen.jie", "administration", {digest(document)}));
        return Instance::request_with({review, final}, {digest(document)}, request_id);
    }
    UseProof proof_of(const json::object& request, const std::string& document) {
        const Timestamp now = from_unix(to_unix(SystemClock().now()));
        UseProof proof{.issuer = PersonId::decode("li.na").value(),
                       .audience = "seald.test.example",
                       .id = new_approval_id(),
                       .issued_at = now,
                       .not_before = now,
                       .expires_at = now + std::chrono::minutes(5),
                       .request_id = request.at("request_id").as_string().c_str(),
                       .seal = SealName::decode("contract").value(),
                       .application = {},
                       .approvals = {},
                       .documents = {{digest(document), "file"}},
                       .format = "cms",
                       .purpose = "a test"};
        for (const auto& token : request.at("approvals").as_array()) proof.approvals.push_back(digest(token.as_string().c_str()));
        return proof;
    }
    std::string sign(const UseProof& proof, const std::string& person = "li.na") {
        return sign_use_proof(proof, PrivateKey::load_pem(instance.key_file(person)).value()).value();
    }
    Reply ask(json::object request, const std::string& proof, const std::string& person = "li.na") {
        if (!proof.empty()) request["proof"] = proof;
        return instance.post(person, "/v1/seals/contract/signatures", request);
    }
    void expect_refused(const Reply& reply, int status, const std::string& rule) {
        EXPECT_EQ(reply.status, status) << reply.body;
        EXPECT_EQ(reply.rule(), rule) << reply.body;
        const auto refusals = instance.entries("refusal");
        ASSERT_FALSE(refusals.empty());
        EXPECT_EQ(refusals.back().at("rule").as_string(), rule);
    }
    // By Python's jwt, with nothing but what the ledger entry has.
    ToolOutput verified_by_pyjwt(const json::object& proof) {
        std::ofstream(instance.folder() / "entry.jws") << proof.at("jws").as_string().c_str();
        std::ofstream(instance.folder() / "entry.pem") << proof.at("key").as_string().c_str();
        std::ofstream(instance.folder() / "verify.py") << "import jwt, sys\nfolder = sys.argv[1]\ntoken = open(folder + '/entry.jws').read()\n"
                                                          "assert jwt.get_unverified_header(token)['typ'] == 'seal-use+jwt'\n"
                                                          "print(jwt.decode(token, open(folder + '/entry.pem').read(), algorithms=['ES256'], "
                                                          "audience='seald.test.example', options={'verify_exp': False}))\n";
        return run_tool("/usr/bin/python3 " + (instance.folder() / "verify.py").string() + " " + instance.folder().string());
    }

    Instance instance;
};

TEST_F(ProofOfUse, IsMadeBySealctlAndStaysVerifiableInTheLedger) {
    const auto one = instance.write_file("one.txt", "one"), two = instance.write_file("two.txt", "two");
    const auto number = instance.approved_application({one, two});
    const auto explained = instance.sealctl("li.na", {"explain", "--seal", "contract", "--application", number});
    EXPECT_EQ(explained.exit_code, 0) << explained.out;
    EXPECT_THAT(explained.out, HasSubstr("sealctl sign --key FILE"));
    const auto without = instance.sealctl("li.na", {"sign", "--application", number});
    EXPECT_EQ(without.exit_code, 1);
    EXPECT_THAT(without.err, HasSubstr("sealctl sign --key"));
    EXPECT_TRUE(instance.entries("intent").empty());
    const std::string other_key = instance.desk() / "made.key";
    instance.sealctl_json("li.na", {"keygen", "--out", other_key});
    const auto not_enrolled = instance.sealctl("li.na", {"sign", "--application", number, "--key", other_key});
    EXPECT_EQ(not_enrolled.exit_code, 1);
    EXPECT_THAT(not_enrolled.err, HasSubstr("is not the one enrolled for li.na"));
    const auto sealed = instance.sealctl("li.na", {"sign", "--application", number, "--key", instance.key_file("li.na")});
    ASSERT_EQ(sealed.exit_code, 0) << sealed.err;

    const auto intents = instance.entries("intent");
    ASSERT_EQ(intents.size(), 2U);
    const auto& proof = intents[0].at("proof").as_object();
    const auto& second = intents[1].at("proof").as_object();
    EXPECT_EQ(second.at("token_sha256"), proof.at("token_sha256"));
    EXPECT_FALSE(second.contains("jws")) << "the whole of it is in the first document's entry";
    const auto verified = verified_by_pyjwt(proof);
    EXPECT_EQ(verified.exit_code, 0) << verified.out;
    EXPECT_THAT(verified.out, HasSubstr("'iss': 'li.na'"));
    EXPECT_THAT(verified.out, HasSubstr("'application': '" + number + "'"));
    EXPECT_THAT(verified.out, HasSubstr(digest("two").hex()));
    // What the auditor's own program says of it.
    const auto first = second.at("entry").to_number<std::uint64_t>();
    const auto shown = instance.sealctl("liu.yang", {"ledger", "show", std::to_string(first)});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("proof of use"));
    EXPECT_THAT(shown.out, HasSubstr("signed by li.na"));
}

TEST_F(ProofOfUse, IsTheCallersAndSaysWhatHeAsksFor) {
    const auto body = request("a", "r-1");
    const UseProof good = proof_of(body, "a");
    expect_refused(ask(body, ""), 403, "proof-missing");
    expect_refused(ask(body, sign(good, "wang.fang")), 403, "proof-signature");
    UseProof wrong = good;
    wrong.documents[0].digest = digest("b");
    expect_refused(ask(body, sign(wrong)), 403, "proof-documents");
    wrong = good;
    wrong.request_id = "r-2";
    expect_refused(ask(body, sign(wrong)), 403, "proof-request");
    wrong = good;
    wrong.expires_at = wrong.issued_at + std::chrono::hours(1);
    expect_refused(ask(body, sign(wrong)), 403, "proof-too-long");
    expect_refused(ask(body, instance.mint(instance.outside_approval("li.na", "department-review", {digest("a")}))), 403, "proof-type");
    EXPECT_TRUE(instance.entries("intent").empty());
    const auto sealed = ask(body, sign(good));
    EXPECT_EQ(sealed.status, 200) << sealed.body;
    EXPECT_EQ(ask(body, "").status, 200) << "the same request again gets the same signature";
    EXPECT_EQ(instance.entries("intent").size(), 1U);
}

// A proof of many documents does not fit into an entry, and is kept beside the ledger, once.
TEST_F(ProofOfUse, OfManyDocumentsIsKeptOnceAndCheckedAllTheSame) {
    std::vector<Digest> digests;
    for (int i = 0; i < 500; ++i) digests.push_back(digest("document " + std::to_string(i)));
    auto body = Instance::request_with({instance.mint(instance.outside_approval("wang.fang", "department-review", digests)),
                                        instance.mint(instance.outside_approval("chen.jie", "administration", digests))},
                                       digests, "r-many");
    UseProof proof = proof_of(body, "");
    proof.documents.clear();
    for (const Digest& each : digests) proof.documents.push_back({each, "file"});
    const auto sealed = ask(body, sign(proof));
    ASSERT_EQ(sealed.status, 200) << sealed.body.substr(0, 500);
    const auto intents = instance.entries("intent");
    ASSERT_EQ(intents.size(), 500U);
    ASSERT_TRUE(intents[0].at("proof").as_object().contains("detached")) << intents[0];
    const auto first = intents[1].at("proof").at("entry").to_number<std::uint64_t>();
    const auto shown = instance.sealctl("liu.yang", {"ledger", "show", std::to_string(first)});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    EXPECT_THAT(shown.out, HasSubstr("good: signed by li.na"));
}

TEST_F(ProofOfUse, CountsOnceWhateverRestartsInBetween) {
    const auto first = request("a", "r-1"), second = request("b", "r-2");
    UseProof proof = proof_of(first, "a");
    EXPECT_EQ(ask(first, sign(proof)).status, 200);
    instance.kill9();
    instance.start();
    instance.unlock();
    UseProof again = proof_of(second, "b");
    again.id = proof.id;
    expect_refused(ask(second, sign(again)), 409, "proof-used");
    EXPECT_EQ(ask(second, sign(proof_of(second, "b"))).status, 200);
}

TEST_F(ProofOfUse, OfAProgramIsByTheProgramsKey) {
    auto reviewed = instance.outside_approval("wang.fang", "department-review", {digest("a")});
    reviewed.applicant = PersonId::decode("erp").value();
    auto body = Instance::request_with({instance.mint(reviewed)}, {digest("a")}, "r-1");
    expect_refused(ask(body, "", "erp"), 403, "proof-missing");
    UseProof proof = proof_of(body, "a");
    proof.issuer = reviewed.applicant;
    const auto reply = ask(body, sign(proof, "erp"), "erp");
    expect_refused(reply, 403, "approval-department");  // its proof is good; who approved could not
    EXPECT_EQ(instance.http("erp", "GET", "/v1/whoami").json().at("approval_key_thumbprint").as_string(),
              PrivateKey::load_pem(instance.key_file("erp")).value().public_key().thumbprint());
}

// A request whose signing failed may be tried again, with a proof of its own.
TEST(ProofOfUseAfterAFailure, IsMadeAnew) {
    TemporaryFolder folder("seald-faults");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::all);
    FaultyModule module(folder.path(), SoftHsm::module());
    struct Failing : ProofOfUse {
        Failing() : ProofOfUse([] {
            Office office = proving();
            office.module = FaultyModule::module();
            return office;
        }()) {}
        void TestBody() override {}
        using ProofOfUse::ask;
        using ProofOfUse::instance;
        using ProofOfUse::proof_of;
        using ProofOfUse::request;
        using ProofOfUse::sign;
    } office;
    const auto body = office.request("a", "r-1");
    const auto first = office.sign(office.proof_of(body, "a"));
    module.misbehave("C_Sign fail 0x30");
    EXPECT_NE(office.ask(body, first).status, 200);
    ASSERT_EQ(office.instance.entries("intent").size(), 1U) << "the token was asked";
    module.misbehave("");
    ASSERT_TRUE(office.instance.token_becomes("usb-1", "ready"));
    EXPECT_EQ(office.ask(body, first).rule(), "proof-used");
    const auto sealed = office.ask(body, office.sign(office.proof_of(body, "a")));
    EXPECT_EQ(sealed.status, 200) << sealed.body;
}

}  // namespace
}  // namespace seald::test
