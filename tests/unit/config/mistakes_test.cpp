// Every mistake that a configuration can have: one change to a good one, one mistake, at its key and line.
#include <filesystem>

#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

struct ConfigurationMistakes : test::ConfigurationTest {
    void in_daemon(const std::string& id) {
        expect_mistake_after("\"seald.example.org\"", id, 2, "daemon.id", "allowed: ");
    }
};
using test::good;
using test::replaced;

TEST_F(ConfigurationMistakes, TheDaemonNeedsAnId) {
    expect_mistake_after("id = \"seald.example.org\"\n", "", 1, "daemon.id", "missing; allowed: a text");
    expect_mistake("", 1, "daemon", "missing; allowed: a table: [daemon]");
}

TEST_F(ConfigurationMistakes, TheDaemonsIdIsAnOrigin) {
    for (const std::string id : {"\"\"", "\"two words\"", "\"a+b\"", "\"https://seald.example.org\"", "\"印章\"", "1",
                                 "\"tab\\there\"", "\"nul\\u0000\""}) {
        in_daemon(id);
    }
    in_daemon('"' + std::string(256, 'x') + '"');
    EXPECT_TRUE(load(replaced(good, "seald.example.org", std::string(255, 'x'))).configuration);
}

TEST_F(ConfigurationMistakes, AUnixSocketsPathIsShort) {
    expect_mistake_after("\"seald.sock\"", "\"/" + std::string(107, 's') + "\"", 6, "listen.unix.path",
                         "at most 107 bytes");
    EXPECT_TRUE(load(replaced(good, "seald.sock", "/" + std::string(106, 's'))).configuration);
}

TEST_F(ConfigurationMistakes, TlsWantsAnAddressInNumbersAndItsFiles) {
    const std::string files = "certificate = \"c\"\nkey = \"k\"\nclient_ca = \"a\"\n";
    for (const std::string address : {"7443", "localhost:7443", "0.0.0.0", "0.0.0.0:70000", "::1:7443", "[0.0.0.0]:1", "0.0.0.0:"})
        expect_mistake(good + "[listen.tls]\naddress = \"" + address + "\"\n" + files, 46, "listen.tls.address", "allowed: like");
    const std::string tls = "[listen.tls]\naddress = \"[::1]:7443\"\n" + files;
    EXPECT_TRUE(load(good + tls).configuration);
    for (const std::string key : {"certificate", "key", "client_ca"})
        expect_mistake(good + replaced(tls, key + " = ", "crl = "), 45, "listen.tls." + key, "missing");
    expect_mistake(good + replaced(tls, "\"k\"", "\"token:USB 1\""), 48, "listen.tls.key", "allowed: a file, or \"token:NAME\"");
    expect_mistake(good + replaced(tls, "\"k\"", "\"token:usb-9\""), 48, "listen.tls.key", "there is no token usb-9");
    EXPECT_EQ(load(good + replaced(tls, "\"k\"", "\"token:usb-1\"")).configuration->tls->key_token->str(), "usb-1");
}

TEST_F(ConfigurationMistakes, ACertificateIsOnePersonsAndAsOpensslPrintsIt) {
    const std::string hex(64, 'a');
    for (const auto& wrong : {std::string("x"), hex + "a", std::string(63, 'a')})
        expect_mistake_after("unix_user = \"2001\"", "tls_certificate_sha256 = \"" + wrong + "\"", 18,
                             "person[0].tls_certificate_sha256", "64 hexadecimal digits");
    for (const std::string wrong : {"erp.example.org", "dns:erp", "DNS:", "DNS:erp ", "DNS:e rp", "DNS:erp\\u0000", "DNS:印章", "IP:1.2.3.4"})
        expect_mistake_after("unix_user = \"2001\"", "tls_san = \"" + wrong + "\"", 18, "person[0].tls_san", "allowed: ");
    const auto both = [&](const std::string& one, const std::string& other) {
        return replaced(replaced(good, "unix_user = \"2001\"", one), "unix_user = \"3001\"", other);
    };
    expect_mistake(both("tls_certificate_sha256 = \"" + hex + "\"", "tls_certificate_sha256 = \"" + std::string(64, 'A') + "\""), 38,
                   "application_client[0].tls_certificate_sha256", "li.na has the same");
    expect_mistake(both("tls_san = \"DNS:a\"", "tls_san = \"DNS:a\""), 38, "application_client[0].tls_san", "li.na has the same");
    EXPECT_TRUE(load(both("tls_san = \"DNS:a\"", "tls_san = \"DNS:A\"")).configuration);
}

TEST_F(ConfigurationMistakes, TextsHaveNoControlCharacters) {
    expect_mistake_after("\"state\"", "\"sta\\u0000te\"", 3, "daemon.state_dir", "control characters");
    expect_mistake_after("\"state\"", "\"\"\"two\nlines\"\"\"", 3, "daemon.state_dir", "control characters");
    expect_mistake_after("\"state\"", "\"\"", 3, "daemon.state_dir", "empty");
}

TEST_F(ConfigurationMistakes, ATokenNeedsANameAndAModule) {
    expect_mistake_after("name = \"usb-1\"\n", "", 8, "token[0].name", "missing");
    expect_mistake_after("\"usb-1\"", "\"USB 1\"", 9, "token[0].name", "token name");
    expect_mistake_after("module = \"/usr/lib/softhsm/libsofthsm2.so\"\n", "", 8, "token[0].module", "missing");
    expect_mistake_after("/usr/lib/softhsm/", "", 10, "token[0].module", "absolute path");
}

TEST_F(ConfigurationMistakes, ATokenIsFoundByExactlyOneOfSerialAndLabel) {
    expect_mistake_after("serial = \"a1b2c3d4e5f60718\"\n", "", 8, "token[0].serial", "exactly one");
    expect_mistake_after("pin = ", "label = \"seals\"\npin = ", 11, "token[0].serial", "exactly one");
}

TEST_F(ConfigurationMistakes, SerialAndLabelAreWhatATokenCanCallItself) {
    expect_mistake_after("a1b2c3d4e5f60718", "a1b2c3d4e5f607180", 11, "token[0].serial", "at most 16 bytes");
    expect_mistake_after("a1b2c3d4e5f60718", "a1b2 ", 11, "token[0].serial", "no blanks");
    expect_mistake_after("serial = \"a1b2c3d4e5f60718\"", "label = \"" + std::string(33, 'l') + "\"", 11,
                         "token[0].label", "at most 32 bytes");
}

TEST_F(ConfigurationMistakes, APinIsNeverInTheConfigurationNorRepeated) {
    for (const std::string pin :
         {"\"85391742\"", "\"credential:\"", "\"credential:../85391742\"", "\"credential:..\"", "\"file:\""}) {
        expect_mistake_after("\"prompt\"", pin, 12, "token[0].pin", "\"prompt\", \"credential:NAME\", \"file:PATH\"");
        EXPECT_EQ(load(replaced(good, "\"prompt\"", pin)).mistakes[0].problem.find("85391742"), std::string::npos);
    }
    expect_mistake_after("\"prompt\"", "85391742", 12, "token[0].pin", "wrong type");
    EXPECT_EQ(load(replaced(good, "\"prompt\"", "85391742")).mistakes[0].problem.find("85391742"), std::string::npos);
}

TEST_F(ConfigurationMistakes, SessionsAndTimeOutsAreBounded) {
    for (const std::string sessions : {"0", "65", "-1", "9223372036854775807"}) {
        expect_mistake_after("pin = ", "sessions = " + sessions + "\npin = ", 12, "token[0].sessions", "from 1 to 64");
    }
    expect_mistake_after("pin = ", "sessions = \"4\"\npin = ", 12, "token[0].sessions", "wrong type");
    for (const std::string timeout : {"0s", "11m", "30", "soon"}) {
        expect_mistake_after("pin = ", "sign_timeout = \"" + timeout + "\"\npin = ", 12, "token[0].sign_timeout",
                             "at most \"10m\"");
    }
}

TEST_F(ConfigurationMistakes, AQuirkIsKnownAndHasAReason) {
    const std::string place = "pin = \"prompt\"\n", reason = "reason = \"driver 3.2 hangs in it\"\n";
    const std::string known = "[[token.quirk]]\nname = \"one-at-a-time\"\n" + reason;
    const auto loaded = load(replaced(good, place, place + known));
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->tokens[0].quirks, std::vector{Quirk::one_at_a_time});
    expect_mistake(replaced(good, place, place + "[[token.quirk]]\nname = \"odd\"\n" + reason), 14, "token[0].quirk[0].name",
                   "\"no-slot-events\"");
    expect_mistake(replaced(good, place, place + "[[token.quirk]]\nname = \"no-slot-events\"\n"), 13,
                   "token[0].quirk[0].reason", "missing");
    expect_mistake(replaced(good, place, place + "[[token.quirk]]\nname = \"no-slot-events\"\nreason = \"\"\n"), 15,
                   "token[0].quirk[0].reason", "empty");
}

TEST_F(ConfigurationMistakes, TwoTokensAreTwo) {
    const std::string second =
        "[[token]]\nname = \"NAME\"\nmodule = \"/usr/lib/softhsm/libsofthsm2.so\"\nserial = \"SERIAL\"\n";
    const std::string place = "[[person]]\nid = \"li.na\"";
    const auto with = [&](const std::string& name, const std::string& serial) {
        return replaced(good, place, replaced(replaced(second, "NAME", name), "SERIAL", serial) + place);
    };
    EXPECT_TRUE(load(with("usb-2", "0001")).configuration);
    expect_mistake(with("usb-1", "0001"), 15, "token[1].name", "another token has this name");
    expect_mistake(with("usb-2", "a1b2c3d4e5f60718"), 17, "token[1].serial", "token usb-1 is the same one");
}

TEST_F(ConfigurationMistakes, APersonNeedsIdNameAndRoles) {
    expect_mistake_after("name = \"李娜\"\n", "", 14, "person[0].name", "missing");
    expect_mistake_after("\"李娜\"", "\"  \"", 16, "person[0].name", "empty");
    expect_mistake_after("\"李娜\"", '"' + std::string(201, 'x') + '"', 16, "person[0].name", "200 bytes");
    expect_mistake_after("roles = [\"applicant\"]\n", "", 14, "person[0].roles", "missing");
    expect_mistake_after("[\"applicant\"]", "[]", 19, "person[0].roles", "at least one");
    expect_mistake_after("[\"applicant\"]", "\"applicant\"", 19, "person[0].roles", "wrong type");
    expect_mistake_after("[\"applicant\"]", "[\"applicant\", 1]", 19, "person[0].roles[1]", "a text in quotes");
    expect_mistake_after("[\"applicant\"]", "[\"applicant\", \"applicant\"]", 19, "person[0].roles[1]", "listed twice");
    expect_mistake_after("[\"applicant\"]", "[\"king\"]", 19, "person[0].roles[0]",
                         "allowed: applicant, reviewer, approver, custodian, administrator, auditor");
    expect_mistake_after("id = \"zhang.wei\"\n", "", 29, "person[2].id", "missing");
}

TEST_F(ConfigurationMistakes, IdsAndDepartmentsAreNames) {
    expect_mistake_after("id = \"zhang.wei\"", "id = \"Zhang Wei\"", 30, "person[2].id", "person id");
    expect_mistake_after("department = \"sales\"", "department = \"銷售\"", 17, "person[0].department", "department");
    expect_mistake_after("reviews = [\"sales\"]", "reviews = [\"SALES\"]", 27, "person[1].reviews[0]", "department");
}

TEST_F(ConfigurationMistakes, APersonIsAUserOfThisHost) {
    for (const std::string user :
         {"no-such-user-here", "-1", "4294967295", "4294967296", "02001", "99999999999999999999"}) {
        expect_mistake_after("\"2001\"", '"' + user + '"', 18, "person[0].unix_user",
                             "a user name of this host, or a uid");
    }
    expect_mistake_after("\"2001\"", "2001", 18, "person[0].unix_user", "wrong type");
}

TEST_F(ConfigurationMistakes, AnApplicationClientNeedsIdAndUser) {
    expect_mistake_after("unix_user = \"3001\"\n", "", 36, "application_client[0].unix_user", "missing");
    const std::string without_user = replaced(good, ", \"erp\"", "");
    expect_mistake(replaced(without_user, "id = \"erp\"", "id = \"ERP\""), 37, "application_client[0].id", "person id");
    expect_mistake(replaced(without_user, "id = \"erp\"\n", ""), 36, "application_client[0].id", "missing");
}

TEST_F(ConfigurationMistakes, NobodySharesAUid) {
    expect_mistake_after("\"2002\"", "\"2001\"", 24, "person[1].unix_user", "li.na has the same uid 2001");
    expect_mistake_after("\"3001\"", "\"2001\"", 38, "application_client[0].unix_user", "li.na has the same uid 2001");
}

TEST_F(ConfigurationMistakes, NobodySharesAnId) {
    expect_mistake(replaced(replaced(good, ", \"erp\"", ""), "id = \"erp\"", "id = \"zhang.wei\""), 37,
                   "application_client[0].id", "zhang.wei is enrolled twice");
    expect_mistake_after("id = \"zhang.wei\"", "id = \"wang.fang\"", 30, "person[2].id", "wang.fang is enrolled twice");
}

TEST_F(ConfigurationMistakes, NobodySharesAKey) {
    expect_mistake_after("zhang.wei.pub.pem", "wang.fang.pub.pem", 34, "person[2].approval_key",
                         "wang.fang has the same key");
}

TEST_F(ConfigurationMistakes, AnApprovalKeyIsAPublicKeyInAFileThatOthersCannotChange) {
    namespace fs = std::filesystem;
    expect_mistake_after("zhang.wei.pub.pem", "nowhere.pem", 34, "person[2].approval_key", "no such file");
    expect_mistake_after("zhang.wei.pub.pem", ".", 34, "person[2].approval_key", "not a regular file");
    folder.write("text.pem", "hello");
    expect_mistake_after("zhang.wei.pub.pem", "text.pem", 34, "person[2].approval_key",
                         "allowed: a PEM \"PUBLIC KEY\"");
    ASSERT_TRUE(PrivateKey::generate(KeyAlgorithm::ec_p256).value().save_pem(folder.path() / "private.pem"));
    expect_mistake_after("zhang.wei.pub.pem", "private.pem", 34, "person[2].approval_key", "PUBLIC KEY");
    fs::permissions(folder.write_key("open.pem"), fs::perms::others_write, fs::perm_options::add);
    expect_mistake_after("zhang.wei.pub.pem", "open.pem", 34, "person[2].approval_key", "chmod o-w");
}

TEST_F(ConfigurationMistakes, ManagingUsingAndAuditingAreDifferentPeople) {
    for (const std::string power : {"administrator", "auditor"}) {
        for (const std::string use : {"applicant", "reviewer", "approver"}) {
            expect_mistake_after("[\"applicant\"]", "[\"" + power + "\", \"" + use + "\"]", 19, "person[0].roles",
                                 power + " and " + use + " in one person");
        }
        EXPECT_TRUE(load(replaced(good, "[\"applicant\"]", "[\"" + power + "\"]")).configuration);
    }
    expect_mistake_after("[\"applicant\"]", "[\"administrator\", \"auditor\"]", 19, "person[0].roles",
                         "三權分立): administrator and auditor in one person");
}

TEST_F(ConfigurationMistakes, ASealsNameIsAName) {
    expect_mistake_after("[seal.contract]", "[seal.\"Con tract\"]", 40, "seal.Con tract", "seal name");
    expect_mistake("seal.contract = 1\n" + good.substr(0, good.find("[seal.contract]")), 1, "seal.contract",
                   "[seal.NAME]");
}

TEST_F(ConfigurationMistakes, ASealNeedsUsersStepsFormatsAndATtl) {
    for (const std::string key : {"users", "steps", "formats", "approval_ttl"}) {
        const auto from = good.find(key + " = ", good.find("[seal.contract]"));
        const std::string line = good.substr(from, good.find('\n', from) + 1 - from);
        expect_mistake_after(line, "", 40, "seal.contract." + key, "missing; allowed: ");
    }
    expect_mistake_after("[\"raw\", \"cms\"]", "[]", 43, "seal.contract.formats", "at least one");
    expect_mistake_after("[\"li.na\", \"department:sales\", \"erp\"]", "[]", 41, "seal.contract.users", "at least one");
}

TEST_F(ConfigurationMistakes, ASealWithoutStepsWouldBeSealedWithoutApproval) {
    expect_mistake_after(good.substr(good.find("steps = ["), good.find("formats") - good.find("steps = [")),
                         "steps = []\n", 42, "seal.contract.steps", "empty; allowed: a list of tables");
}

TEST_F(ConfigurationMistakes, UsersAreEnrolled) {
    expect_mistake_after("users = [\"li.na\"", "users = [\"li.nan\"", 41, "seal.contract.users[0]",
                         "li.nan is not enrolled");
    expect_mistake_after("users = [\"li.na\"", "users = [\"Li Na\"", 41, "seal.contract.users[0]", "department:NAME");
    expect_mistake_after("users = [\"li.na\"", "users = [\"li.na\\u0000\"", 41, "seal.contract.users[0]",
                         "allowed: a text in quotes");
    expect_mistake_after("department:sales", "department:", 41, "seal.contract.users[1]", "department");
}

TEST_F(ConfigurationMistakes, StepsAreNamedOnceAndTakenByThoseWhoDecide) {
    const std::string at = "seal.contract.steps[1].";
    expect_mistake_after("\"administration\"", "\"department-review\"", 42, at + "name", "another step has this name");
    expect_mistake_after("\"administration\"", "\"Administration\"", 42, at + "name", "step name");
    expect_mistake_after("role = \"approver\" }", "role = \"custodian\" }", 42, at + "role",
                         "allowed: reviewer, approver");
    expect_mistake_after(", role = \"approver\" }", " }", 42, at + "role", "missing");
    expect_mistake_after("count = 1", "count = 0", 42, "seal.contract.steps[0].count", "from 1 to 20");
    expect_mistake_after("count = 1", "count = 21", 42, "seal.contract.steps[0].count", "from 1 to 20");
    expect_mistake_after("count = 1", "cuont = 1", 42, "seal.contract.steps[0].cuont", "did you mean \"count\"?");
    expect_mistake_after("steps = [ {", "steps = [ 1, {", 42, "seal.contract.steps", "wrong type");
}

TEST_F(ConfigurationMistakes, AStepThatNobodyCouldTakeIsAMistake) {
    expect_mistake_after("roles = [\"approver\"]", "roles = [\"custodian\"]", 42, "seal.contract.steps[1].role",
                         "nobody has the role approver");
}

TEST_F(ConfigurationMistakes, FormatsAreKnown) {
    expect_mistake_after("\"raw\"", "\"pdf\"", 43, "seal.contract.formats[0]", "not a signature that is made; allowed: cms, pades, raw");
    expect_mistake_after("\"raw\"", "\"cms\"", 43, "seal.contract.formats[1]", "listed twice");
}

TEST_F(ConfigurationMistakes, AnApprovalIsValidForAYearAtMost) {
    for (const std::string ttl : {"367d", "31622401s", "0s", "-1h", "72", "three days"}) {
        expect_mistake_after("\"72h\"", '"' + ttl + '"', 44, "seal.contract.approval_ttl", "at most \"366d\"");
    }
    EXPECT_TRUE(load(replaced(good, "72h", "366d")).configuration);
}

TEST_F(ConfigurationMistakes, ResealIsRefuseOrReturn) {
    expect_mistake(good + "reseal = \"allow\"\n", 45, "seal.contract.reseal", "allowed: refuse, return");
}

TEST_F(ConfigurationMistakes, UnknownKeysAreMistakesEverywhere) {
    expect_mistake("port = 1\n" + good, 1, "port", "unknown key; allowed: application_client, backup, calendar, certificate_group, daemon, delegation, documents, issuer, ledger, listen");
    expect_mistake_after("state_dir", "statedir", 3, "daemon.statedir", "did you mean \"state_dir\"?");
    expect_mistake_after("path = \"seald.sock\"", "mode = 1", 6, "listen.unix.mode", "unknown key; allowed: path");
    expect_mistake_after("[listen.unix]", "[listen.tcp]\n[listen.unix]", 5, "listen.tcp", "allowed: tls, unix");
    expect_mistake_after("pin = ", "slot = 0\npin = ", 12, "token[0].slot", "unknown key");
    expect_mistake_after("reviews =", "review =", 27, "person[1].review", "did you mean \"reviews\"?");
    expect_mistake_after("unix_user = \"3001\"", "unix_user = \"3001\"\nroles = [\"applicant\"]", 39,
                         "application_client[0].roles", "unknown key");
    expect_mistake(good + "reseals = \"refuse\"\n", 45, "seal.contract.reseals", "did you mean \"reseal\"?");
}

TEST_F(ConfigurationMistakes, TablesAreTables) {
    expect_mistake("listen = 1\n" + replaced(good, "[listen.unix]\npath = \"seald.sock\"", ""), 1, "listen",
                   "wrong type");
    expect_mistake("notify = 1\n" + good, 1, "notify", "wrong type");
    expect_mistake_after("[[token]]", "[token]", 8, "token", "[[token]]");
}

}  // namespace
}  // namespace seald
