// The program as people run it: its help, its exit codes, and what goes to which stream.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <boost/json/parse.hpp>

#include "sealed_document.hpp"

namespace seald {
namespace {

const std::string sealctl = SEALD_BUILD_DIR "/client/sealctl";

struct Ran {
    int exit;
    std::string out, err;
};

// In its own folder, with its own HOME and no daemon.
class CommandLine : public ::testing::Test {
  protected:
    Ran run(const std::string& arguments) const {
        const auto ran =
            folder_.run("HOME=" + (folder_ / "").string() + " SEALD_SERVER=unix:" + (folder_ / "none.sock").string() +
                        " " + sealctl + " " + arguments + " > out 2> err < /dev/null");
        return {WEXITSTATUS(ran.status), folder_.read("out"), folder_.read("err")};
    }
    testing::TempFolder folder_;
};

const std::vector<std::string> commands = {
    "status",
    "whoami",
    "token list",
    "token show",
    "token unlock",
    "token lock",
    "seal make",
    "seal certificate",
    "seal list",
    "seal show",
    "seal file",
    "seal activate",
    "seal suspend",
    "seal resume",
    "seal cancel",
    "seal destroy",
    "seal destroyed",
    "seal standby",
    "act list",
    "act show",
    "act confirm",
    "act decline",
    "act withdraw",
    "act complete",
    "apply",
    "application list",
    "application show",
    "application withdraw",
    "approve",
    "reject",
    "return",
    "sign",
    "verify",
    "ledger list",
    "ledger show",
    "ledger checkpoint",
    "ledger prove",
    "ledger verify",
    "ledger key",
    "keygen",
    "witness",
    "explain",
};

TEST_F(CommandLine, HasHelpWithAnExampleForEveryCommand) {
    for (const std::string& command : commands) {
        const Ran ran = run(command + " --help");
        EXPECT_EQ(ran.exit, 0) << command << ran.err;
        EXPECT_NE(ran.out.find("Example: sealctl " + command), std::string::npos) << command << ran.out;
        EXPECT_NE(ran.out.find("Who: "), std::string::npos) << command;
    }
}

TEST_F(CommandLine, SaysItsVersion) {
    const Ran ran = run("--version");
    EXPECT_EQ(ran.exit, 0);
    EXPECT_EQ(ran.out.rfind("sealctl ", 0), 0u) << ran.out;
}

TEST_F(CommandLine, RefusesWrongUsageInOneLine) {
    for (const char* wrong :
         {"", "frobnicate", "seal", "seal make contract", "token show", "verify", "ledger show x", "status extra",
          "seal certificate contract", "seal certificate contract --import a --csr b", "sign", "sign --seal contract f",
          "approve A-2026-0001 --nonsense", "seal suspend contract", "--server unix:/a --config b status",
          "token unlock t --pin-file f --configured", "application list --mine --waiting-for-me"}) {
        const Ran ran = run(wrong);
        EXPECT_EQ(ran.exit, 2) << wrong << "\n" << ran.out << ran.err;
        EXPECT_EQ(ran.out, "") << wrong;
        EXPECT_EQ(std::count(ran.err.begin(), ran.err.end(), '\n'), 1) << wrong << "\n" << ran.err;
        EXPECT_EQ(ran.err.rfind("sealctl: ", 0), 0u) << ran.err;
    }
}

TEST_F(CommandLine, GivesErrorsAsJsonOnStdoutWhenAsked) {
    for (const char* wrong : {"--json frobnicate", "seal make contract --json"}) {
        const Ran ran = run(wrong);
        EXPECT_EQ(ran.exit, 2);
        EXPECT_EQ(ran.err, "");
        EXPECT_EQ(boost::json::parse(ran.out).at("error").at("code"), "malformed");
    }
}

TEST_F(CommandLine, IsUnavailableWithoutADaemon) {
    for (const char* command :
         {"status", "whoami", "token list", "seal list", "application list", "ledger list", "ledger key",
          "seal suspend s --reason r", "approve A-2026-0001", "sign --application A-2026-0001", "explain --seal s"}) {
        const Ran ran = run(std::string(command));
        EXPECT_EQ(ran.exit, 4) << command << ran.err;
        EXPECT_NE(ran.err.find("none.sock"), std::string::npos) << ran.err;
    }
    EXPECT_EQ(boost::json::parse(run("status --json").out).at("error").at("retry"), true);
}

TEST_F(CommandLine, RefusesAServerAddressItDoesNotKnow) { EXPECT_EQ(run("--server http://x:1 status").exit, 2); }

TEST_F(CommandLine, MakesAKeyPairThatOpensslKnows) {
    const Ran ran = run("keygen --out my.key");
    ASSERT_EQ(ran.exit, 0) << ran.err;
    struct stat facts = {};
    ASSERT_EQ(::stat((folder_ / "my.key").c_str(), &facts), 0);
    EXPECT_EQ(facts.st_mode & 0777u, 0600u);
    EXPECT_EQ(
        folder_
            .run("openssl pkey -in my.key -pubout -out a && openssl pkey -pubin -in my.key.pub.pem -out b && cmp a b")
            .status,
        0);
    EXPECT_NE(ran.out.find(PublicKey::load_pem(folder_ / "my.key.pub.pem").value().thumbprint()), std::string::npos);
    EXPECT_NE(ran.out.find("approval_key"), std::string::npos);
}

TEST_F(CommandLine, NeverOverwritesAKey) {
    ASSERT_EQ(run("keygen --out my.key").exit, 0);
    const std::string before = folder_.read("my.key");
    EXPECT_EQ(run("keygen --out my.key").exit, 1);
    EXPECT_EQ(folder_.read("my.key"), before);
}

TEST_F(CommandLine, VerifiesASealedFileOffline) {
    testing::SealedDocument sealed;
    const auto input = sealed.input();
    folder_.write("contract.pdf", sealed.content);
    folder_.write("contract.pdf.p7s", as_text(sealed.cms));
    folder_.write("contract.pdf.receipt", *input.receipt);
    folder_.write("ca.pem", sealed.certificate.to_pem());
    folder_.write("vkey", testing::ledger_signer().verifier().encode() + "\n");

    const Ran good = run("verify contract.pdf --trust ca.pem --ledger-key vkey");
    EXPECT_EQ(good.exit, 0) << good.out << good.err;
    EXPECT_NE(good.out.find("✔  signature"), std::string::npos) << good.out;
    const Ran json = run("verify contract.pdf --ledger-key vkey --json");
    EXPECT_EQ(json.exit, 0);
    EXPECT_EQ(boost::json::parse(json.out).at("verified"), true);

    EXPECT_EQ(run("verify contract.pdf").exit, 5) << "nothing anchors trust";
    folder_.write("contract.pdf", "another text");
    const Ran bad = run("verify contract.pdf --trust ca.pem --json");
    EXPECT_EQ(bad.exit, 5);
    EXPECT_EQ(boost::json::parse(bad.out).at("error").at("code"), "verification-failed");
}

TEST_F(CommandLine, TakesThePinnedLedgerKey) {
    testing::SealedDocument sealed;
    const auto input = sealed.input();
    folder_.write("contract.pdf", sealed.content);
    folder_.write("contract.pdf.p7s", as_text(sealed.cms));
    folder_.write("contract.pdf.receipt", *input.receipt);
    std::filesystem::create_directories(folder_ / ".config/seald");
    folder_.write(".config/seald/ledger.vkey", testing::ledger_signer().verifier().encode());
    EXPECT_EQ(run("verify contract.pdf").exit, 0);
}

TEST_F(CommandLine, SaysWhichFileOfAVerificationIsMissing) {
    folder_.write("contract.pdf", "x");
    const Ran ran = run("verify contract.pdf");
    EXPECT_EQ(ran.exit, 3);
    EXPECT_NE(ran.err.find("contract.pdf.p7s"), std::string::npos) << ran.err;
}

}  // namespace
}  // namespace seald
