// What relying parties are told about seals: verified with PyJWT, as they would; fresh after a stop; an old or changed one shows.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>

#include "core/jws.hpp"
#include "tests/daemon/instance.hpp"
#include "tests/daemon/outside.hpp"

namespace seald::test {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;

class StatusListOf : public testing::Test {
  protected:
    void SetUp() override {
        instance.start();
        instance.unlock();
        instance.make_seal();
        const auto jwks = instance.sealctl("li.na", {"ledger", "key", "--jwks"});
        ASSERT_EQ(jwks.exit_code, 0) << jwks.err;
        std::ofstream(jwks_file) << jwks.out;
    }
    // As a relying party reads it: with PyJWT.
    json::object read_list() {
        const auto written = instance.sealctl("li.na", {"seal", "status-list", "-o", file.string(), "--force", "--ledger-key", instance.ledger_key()});
        EXPECT_EQ(written.exit_code, 0) << written.err;
        const auto checked = judge();
        EXPECT_EQ(checked.exit_code, 0) << checked.out;
        return json::parse(checked.out).as_object();
    }
    ToolOutput judge() {
        return run_tool("/usr/bin/python3 -B " SEALD_SOURCE_DIR "/tests/support/check_status_list.py " + file.string() + " " + jwks_file.string());
    }
    Output verify() { return instance.sealctl("li.na", {"--json", "seal", "status-list", "--verify", file.string(), "--ledger-key", instance.ledger_key()}); }
    static json::object only_seal(const json::object& list) { return list.at("seals").as_array().at(0).as_object(); }
    static std::string word(const json::object& object, std::string_view field) { return std::string(object.at(field).as_string()); }
    Instance instance;
    const std::filesystem::path file = instance.desk() / "seals.jwt", jwks_file = instance.desk() / "jwks.json";
};

TEST_F(StatusListOf, SaysEachSealsStateAtOnceAndTheCertificatesOfEveryVersion) {
    const auto first = read_list();
    EXPECT_EQ(word(first, "iss"), "seald.test.example");
    EXPECT_EQ(first.at("exp").to_number<int>() - first.at("iat").to_number<int>(), 24 * 3600);
    const auto seal = only_seal(first);
    EXPECT_EQ(word(seal, "state"), "in-force");
    EXPECT_TRUE(seal.at("reason").is_null());
    EXPECT_EQ(word(seal, "number").size(), 32u);
    const auto shown = instance.sealctl_json("li.na", {"seal", "show", "contract"});
    const auto old_serial = word(shown.at("certificate").as_object(), "serial");
    EXPECT_EQ(word(seal.at("versions").at(0).at("certificate").as_object(), "serial"), old_serial);

    instance.sealctl_json("zhang.wei", {"seal", "replace", "contract", "--reason", "a test", "--self-signed-days", "30"});
    EXPECT_EQ(only_seal(read_list()).at("versions").as_array().size(), 1u) << "what waits has sealed nothing";
    instance.sealctl_json("zhang.wei", {"seal", "cut-over", "contract"});
    const auto after = only_seal(read_list());
    EXPECT_EQ(word(after, "since"), word(seal, "since")) << "a cut-over is no change of state";
    ASSERT_EQ(after.at("versions").as_array().size(), 2u);
    const auto old = after.at("versions").at(0).as_object();
    EXPECT_EQ(word(old, "reason"), "superseded");
    EXPECT_EQ(word(old.at("certificate").as_object(), "serial"), old_serial);
    EXPECT_EQ(word(old, "until"), word(after.at("versions").at(1).as_object(), "from"));

    instance.sealctl_json("zhang.wei", {"seal", "suspend", "contract", "--reason", "to be sure"});
    const auto suspended = only_seal(read_list());
    EXPECT_EQ(word(suspended, "reason"), "certificateHold");
    EXPECT_GT(word(suspended, "since"), word(seal, "since"));
    EXPECT_THAT(json::serialize(suspended), ::testing::Not(HasSubstr("to be sure"))) << "reasons in words are not for everybody";
    instance.sealctl_json("zhang.wei", {"seal", "lost", "contract", "--reason", "stolen"});
    const auto lost = only_seal(read_list());
    EXPECT_EQ(word(lost, "state"), "lost");
    EXPECT_EQ(word(lost, "reason"), "keyCompromise");
    EXPECT_EQ(verify().exit_code, 0);
}

TEST_F(StatusListOf, OneThatIsOldChangedOrAnothersShows) {
    const auto good = read_list();
    const auto ledger_key = PrivateKey::load_pem(instance.state() / "ledger.key").value();
    const auto mint = [&](json::object claims, std::string_view typ, const PrivateKey& key) {
        std::ofstream(file) << sign_jws(json::serialize(claims), typ, key).value();
    };
    auto old = good;
    old["iat"] = good.at("iat").to_number<std::int64_t>() - 3 * 86400;
    old["exp"] = good.at("iat").to_number<std::int64_t>() - 2 * 86400;
    mint(old, "seal-status-list+jwt", ledger_key);
    EXPECT_EQ(verify().exit_code, 5);
    EXPECT_THAT(verify().out, HasSubstr("out of date"));
    EXPECT_THAT(judge().out, HasSubstr("ExpiredSignatureError")) << "ordinary tools see it, too";

    mint(good, "seal-status-list+jwt", PrivateKey::generate(KeyAlgorithm::ed25519).value());
    EXPECT_EQ(verify().exit_code, 5);
    mint(good, "another+jwt", ledger_key);
    EXPECT_NE(verify().exit_code, 0);
    auto others = good;
    others["iss"] = "another.example.org";
    mint(others, "seal-status-list+jwt", ledger_key);
    EXPECT_EQ(verify().exit_code, 5);
    mint(good, "seal-status-list+jwt", ledger_key);
    EXPECT_EQ(verify().exit_code, 0) << verify().out;
    std::string text = [this] {
        std::ifstream in(file);
        return std::string((std::istreambuf_iterator<char>(in)), {});
    }();
    text[text.find('.') + 30] ^= 1;
    std::ofstream(file) << text;
    EXPECT_NE(verify().exit_code, 0);
}

TEST_F(StatusListOf, TheLedgersKeyIsTheOneThatOpenSslReads) {
    const auto pem = instance.sealctl("li.na", {"ledger", "key", "--pem"});
    std::ofstream(instance.desk() / "ledger.pem") << pem.out;
    const auto read = run_tool("openssl pkey -pubin -noout -text -in " + (instance.desk() / "ledger.pem").string());
    EXPECT_THAT(read.out, HasSubstr("ED25519"));
    EXPECT_EQ(PublicKey::from_pem(pem.out).value(), PrivateKey::load_pem(instance.state() / "ledger.key").value().public_key());
}

}  // namespace
}  // namespace seald::test
