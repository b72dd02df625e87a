#include "config/configuration.hpp"

#include <pwd.h>
#include <unistd.h>

#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

using test::ConfigurationTest;
using test::good;
using test::replaced;

TEST_F(ConfigurationTest, AGoodFileBecomesTypes) {
    const LoadedConfiguration loaded = load(good);
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes[0].where << loaded.mistakes[0].problem;
    const Configuration& configuration = *loaded.configuration;
    EXPECT_EQ(configuration.file, folder.path() / "seald.toml");
    EXPECT_EQ(configuration.state_dir, folder.path() / "state");
    EXPECT_EQ(configuration.socket, folder.path() / "seald.sock");
    EXPECT_EQ(configuration.policy.daemon_id, "seald.example.org");
    ASSERT_EQ(configuration.tokens.size(), 1U);
    const TokenConfiguration& token = configuration.tokens[0];
    EXPECT_EQ(token.name.str(), "usb-1");
    EXPECT_EQ(token.module, "/usr/lib/softhsm/libsofthsm2.so");
    EXPECT_EQ(token.serial, "a1b2c3d4e5f60718");
    EXPECT_FALSE(token.label);
    EXPECT_EQ(token.pin_source, PinSource::prompt);
    EXPECT_FALSE(token.sessions);
    EXPECT_TRUE(token.quirks.empty());
    EXPECT_EQ(token.sign_timeout, seconds(30));
}

TEST_F(ConfigurationTest, PersonsClientsAndPoliciesBecomeThePolicy) {
    const Policy policy = load(good).configuration.value().policy;
    ASSERT_EQ(policy.persons.size(), 3U);
    const Person& reviewer = policy.persons.at(PersonId::decode("wang.fang").value());
    EXPECT_EQ(reviewer.name, "王芳");
    EXPECT_EQ(reviewer.uid, 2002U);
    EXPECT_EQ(reviewer.roles, std::set<Role>{Role::reviewer});
    EXPECT_TRUE(reviewer.approval_key);
    EXPECT_FALSE(reviewer.department);
    EXPECT_EQ(reviewer.reviews, std::set<Department>{Department::decode("sales").value()});
    ASSERT_EQ(policy.application_clients.size(), 1U);
    EXPECT_EQ(policy.application_clients.begin()->second.uid, 3001U);
    EXPECT_FALSE(policy.application_clients.begin()->second.department);
    const SealPolicy& seal = policy.seals.at("contract");
    ASSERT_EQ(seal.users.size(), 3U);
    EXPECT_EQ(std::get<PersonId>(seal.users[0]).str(), "li.na");
    EXPECT_EQ(std::get<Department>(seal.users[1]).str(), "sales");
    ASSERT_EQ(seal.steps.size(), 2U);
    EXPECT_EQ(seal.steps[0].name.str(), "department-review");
    EXPECT_EQ(seal.steps[0].role, Role::reviewer);
    EXPECT_EQ(seal.steps[1].count, 1U);
    EXPECT_EQ(seal.formats, (std::set<SignatureFormat>{SignatureFormat::cms, SignatureFormat::raw}));
    EXPECT_EQ(seal.approval_ttl, std::chrono::hours(72));
    EXPECT_EQ(seal.reseal, Reseal::refuse);
}

TEST_F(ConfigurationTest, OptionalKeysAreTaken) {
    std::string text = replaced(good, "pin = \"prompt\"", "pin = \"file:pin\"\nsessions = 64\nsign_timeout = \"10m\"");
    text = replaced(text, "serial = \"a1b2c3d4e5f60718\"", "label = \"seals\"");
    text = replaced(text, "unix_user = \"3001\"", "unix_user = \"3001\"\ndepartment = \"sales\"");
    const LoadedConfiguration loaded = load(text + "reseal = \"return\"\nquota = false\n");
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes[0].where << loaded.mistakes[0].problem;
    const TokenConfiguration& token = loaded.configuration->tokens[0];
    EXPECT_EQ(token.label, "seals");
    EXPECT_EQ(token.pin_source, PinSource::file);
    EXPECT_EQ(token.pin_argument, folder.path() / "pin");
    EXPECT_EQ(token.sessions, 64U);
    EXPECT_EQ(token.sign_timeout, std::chrono::minutes(10));
    EXPECT_EQ(loaded.configuration->policy.seals.at("contract").reseal, Reseal::return_earlier);
    EXPECT_EQ(loaded.configuration->policy.application_clients.begin()->second.department,
              Department::decode("sales").value());
}

TEST_F(ConfigurationTest, RulesOfUseAreTaken) {
    const auto loaded = load(good + "quota = true\nquota_ttl = \"90d\"\norder = \"parallel\"\nhours = \"Mon-Fri 08:00-18:00\"\nrate = \"60/min\"\ndaily = 500\n"
                                    "digests = [\"sha256\"]\nmax_files = 3\ndocument_types = [\"sales contract\"]\ntraining = \"seal-use-2026\"\n"
                                    "[calendar]\nutc_offset = \"+08:00\"\nholidays = [\"2026-10-01\"]\n");
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes[0].where << loaded.mistakes[0].problem;
    const SealPolicy& seal = loaded.configuration->policy.seals.at("contract");
    EXPECT_TRUE(seal.quota);
    EXPECT_EQ(seal.quota_ttl, std::chrono::days(90));
    EXPECT_EQ(seal.order, StepOrder::parallel);
    EXPECT_EQ(seal.hours->str(), "Mon-Fri 08:00-18:00");
    EXPECT_EQ(seal.rate->uses, 60U);
    EXPECT_EQ(seal.rate->window, seconds(60));
    EXPECT_EQ(seal.daily, 500U);
    EXPECT_EQ(seal.digests, std::set<DigestAlgorithm>{DigestAlgorithm::sha256});
    EXPECT_EQ(seal.max_files, 3U);
    EXPECT_EQ(seal.document_types, std::vector<std::string>{"sales contract"});
    EXPECT_EQ(seal.training, "seal-use-2026");
    EXPECT_EQ(loaded.configuration->policy.calendar.utc_offset, std::chrono::hours(8));
    EXPECT_EQ(loaded.configuration->policy.calendar.holidays.size(), 1U);
}

TEST_F(ConfigurationTest, ACredentialIsNamed) {
    const auto loaded = load(replaced(good, "\"prompt\"", "\"credential:usb-1.pin\""));
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->tokens[0].pin_source, PinSource::credential);
    EXPECT_EQ(loaded.configuration->tokens[0].pin_argument, "usb-1.pin");
}

TEST_F(ConfigurationTest, PlacesHaveDefaults) {
    std::string text = replaced(good, "state_dir = \"state\"", "");
    const auto loaded = load(replaced(text, "[listen.unix]\npath = \"seald.sock\"", ""));
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->state_dir, "/var/lib/seald");
    EXPECT_EQ(loaded.configuration->socket, "/run/seald/seald.sock");
}

TEST_F(ConfigurationTest, AUserNameBecomesItsUid) {
    const passwd* me = getpwuid(getuid());
    ASSERT_NE(me, nullptr);
    const auto loaded = load(replaced(good, "\"2001\"", '"' + std::string(me->pw_name) + '"'));
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->policy.persons.at(PersonId::decode("li.na").value()).uid, getuid());
}

TEST_F(ConfigurationTest, StepsMayBeTablesOfTheirOwn) {
    const std::string inline_steps = good.substr(good.find("steps = ["), good.find("formats") - good.find("steps = ["));
    const auto loaded = load(replaced(good, inline_steps, "") +
                             "[[seal.contract.steps]]\nname = \"only\"\nrole = \"approver\"\ncount = 2\n");
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->policy.seals.at("contract").steps.at(0).count, 2U);
}

TEST_F(ConfigurationTest, AllMistakesAreReportedInOnePassInOrderOfLines) {
    std::string text = replaced(good, "\"seald.example.org\"", "\"seald example\"");
    text = replaced(text, "\"prompt\"", "\"1234\"");
    text = replaced(text, "[\"applicant\"]", "[\"applicant\", \"king\"]");
    text = replaced(text, "approval_ttl", "approval_tll");
    const LoadedConfiguration loaded = load(text);
    EXPECT_FALSE(loaded.configuration);
    std::vector<std::string> places;
    const std::string file = (folder.path() / "seald.toml").string() + ":";
    for (const auto& mistake : loaded.mistakes) places.push_back(mistake.where.substr(file.size()));
    EXPECT_EQ(places, (std::vector<std::string>{"2: daemon.id", "12: token[0].pin", "19: person[0].roles[1]",
                                                "40: seal.contract.approval_ttl", "44: seal.contract.approval_tll"}));
}

TEST_F(ConfigurationTest, AThousandMistakesAreEnough) {
    std::string text = good;
    for (int i = 0; i < 1500; ++i) text += "unknown" + std::to_string(i) + " = 1\n";
    const LoadedConfiguration loaded = load(text);
    ASSERT_EQ(loaded.mistakes.size(), 1001U);
    EXPECT_NE(loaded.mistakes.back().problem.find("500 more"), std::string::npos);
}

TEST_F(ConfigurationTest, DelegationsLastWholeDaysByTheCalendarsClock) {
    const auto loaded = load(good + "[[delegation]]\nfrom = \"wang.fang\"\nto = \"zhang.wei\"\nbegin = \"2026-12-01\"\nend = \"2026-12-07\"\n"
                                    "[calendar]\nutc_offset = \"+08:00\"\n");
    ASSERT_TRUE(loaded.configuration);
    const auto& delegation = loaded.configuration->policy.delegations.at(0);
    EXPECT_EQ(delegation.begin, decode_rfc3339("2026-11-30T16:00:00Z").value());
    EXPECT_EQ(delegation.end, decode_rfc3339("2026-12-07T16:00:00Z").value());
}

}  // namespace
}  // namespace seald
