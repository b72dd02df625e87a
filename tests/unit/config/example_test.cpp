// config/seald.toml, as installed: it loads, it documents every key, and it says what it does.
#include <regex>

#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

std::string read(const std::filesystem::path& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7300 -subj "/O=Example Ltd/CN=li.na"
constexpr const char* a_certificate = R"(-----BEGIN CERTIFICATE-----
MIIBojCCAUegAwIBAgIUaYOqk85YoaKR4Ikp592YitiPP/8wCgYIKoZIzj0EAwIw
JjEUMBIGA1UECgwLRXhhbXBsZSBMdGQxDjAMBgNVBAMMBWxpLm5hMB4XDTI2MTEy
NDEzNDI0NloXDTQ2MTExOTEzNDI0NlowJjEUMBIGA1UECgwLRXhhbXBsZSBMdGQx
DjAMBgNVBAMMBWxpLm5hMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGwovKl4R
02PfyMD+sXJN4oxluT8+CavTJswXbnBdxDeP1C4TSDcjaj0bb1N0uDLOBM3+Ja0o
B166s+H5rx7nOqNTMFEwHQYDVR0OBBYEFLkL7ASmioBVgePF8o92UG+DkhxpMB8G
A1UdIwQYMBaAFLkL7ASmioBVgePF8o92UG+DkhxpMA8GA1UdEwEB/wQFMAMBAf8w
CgYIKoZIzj0EAwIDSQAwRgIhAMSrwzWoGKeaz0v/5NxiEA0zRIMEetODwGMHHrl5
rotaAiEAv6K0VqiTnVcyy2rIHx5OG+t8h2dbLges7I5RJdFqMMM=
-----END CERTIFICATE-----
)";

// Only what depends on the host is replaced: user names become uids, and the keys' folder is one with keys in it.
struct Example : testing::Test {
    test::Folder folder;
    std::string text = read(SEALD_SOURCE_DIR "/config/seald.toml");

    LoadedConfiguration load_here(std::string changed) {
        const std::regex key("\"/etc/seald/people/([^\"]+)\""), user("\nunix_user = \"[a-z]+\"");
        for (std::sregex_iterator at(changed.begin(), changed.end(), key), end; at != end; ++at) {
            if ((*at)[1].str().ends_with(".crt.pem")) folder.write("people/" + (*at)[1].str(), a_certificate);
            else folder.write_key("people/" + (*at)[1].str());
        }
        changed = std::regex_replace(changed, key, "\"people/$1\"");
        unsigned uid = 2001;
        for (std::smatch found; std::regex_search(changed, found, user); ++uid) {
            changed = found.prefix().str() + "\nunix_user = \"" + std::to_string(uid) + '"' + found.suffix().str();
        }
        return load_configuration(folder.write("seald.toml", changed));
    }
};

TEST_F(Example, LoadsWithoutAMistake) {
    const LoadedConfiguration loaded = load_here(text);
    for (const auto& mistake : loaded.mistakes) ADD_FAILURE() << mistake.where << ": " << mistake.problem;
    ASSERT_TRUE(loaded.configuration);
    const Configuration& configuration = *loaded.configuration;
    EXPECT_EQ(configuration.policy.daemon_id, "seald.example.org");
    EXPECT_EQ(configuration.state_dir, "/var/lib/seald");
    EXPECT_EQ(configuration.socket, "/run/seald/seald.sock");
    EXPECT_EQ(configuration.tokens.size(), 1U);
    EXPECT_EQ(configuration.policy.persons.size(), 7U) << "six persons and an outside system";
    EXPECT_EQ(configuration.policy.application_clients.size(), 1U);
    EXPECT_EQ(configuration.policy.seals.at("contract").steps.size(), 2U);
    EXPECT_EQ(configuration.backup.recipients.size(), 2U);
    EXPECT_EQ(configuration.backup.schedule->every, std::chrono::hours(24));
    EXPECT_EQ(configuration.backup.schedule->keep, 14U);
}

TEST_F(Example, MistakesNameUsersThatThisHostHasNot) {
    const auto loaded = load_configuration(SEALD_SOURCE_DIR "/config/seald.toml");
    EXPECT_FALSE(loaded.configuration);
}

// An optional key that is left out has the value that the comment above it calls the default.
TEST_F(Example, DefaultsAreAsDocumented) {
    const std::regex with_default("Default(?: of [a-z]+)?: (\"[^\"\n]*\"|[0-9]+|false|none)\\s");
    std::set<std::string> documented;
    for (std::sregex_iterator at(text.begin(), text.end(), with_default), end; at != end; ++at)
        documented.insert((*at)[1]);
    EXPECT_EQ(documented, (std::set<std::string>{"\"10m\"", "\"/var/lib/seald\"", "\"/run/seald/seald.sock\"", "\"prompt\"",
                                                 "\"30s\"", "none", "1", "5", "1000", "14", "false", "\"+00:00\"", "\"24h\"", "\"72h\"", "\"en\"", "\"refuse\"",
                                                 "\"sequence\"", "\"auto\"", "\"info\"", "\"nothing\""}));
    std::string bare = text;
    for (const std::string key :
         {"state_dir", "path", "crl", "pin", "sessions", "sign_timeout", "network", "reviews", "quota", "reseal", "utc_offset", "holidays", "order",
          "max_files", "prove", "quota_ttl", "max_size", "max_total", "keep", "remind_after", "give_up_after", "checkpoint_copies", "witness_quorum", "keep_years",
          "witness_patience", "ca", "also"}) {
        bare =
            std::regex_replace(bare, std::regex("\n" + key + " = [^\n]*"), "", std::regex_constants::format_first_only);
    }
    bare = std::regex_replace(bare, std::regex(", count = 1"), "");
    const auto loaded = load_here(bare);
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes[0].where << loaded.mistakes[0].problem;
    EXPECT_EQ(loaded.configuration->state_dir, "/var/lib/seald");
    EXPECT_EQ(loaded.configuration->socket, "/run/seald/seald.sock");
    EXPECT_TRUE(loaded.configuration->checkpoint_copies.empty());
    EXPECT_EQ(loaded.configuration->keep_years, 5U);
    EXPECT_EQ(loaded.configuration->witnesses.quorum, 1U);
    EXPECT_EQ(loaded.configuration->witnesses.patience, std::chrono::minutes(10));
    EXPECT_FALSE(loaded.configuration->witnesses.each.at(0).ca);
    const TokenConfiguration& token = loaded.configuration->tokens.at(0);
    EXPECT_EQ(token.pin_source, PinSource::prompt);
    EXPECT_FALSE(token.sessions);
    EXPECT_EQ(token.quirks, std::vector{Quirk::no_slot_events});
    EXPECT_EQ(token.sign_timeout, seconds(30));
    EXPECT_FALSE(token.network);
    EXPECT_FALSE(loaded.configuration->tls.value().crl);
    EXPECT_TRUE(loaded.configuration->policy.persons.at(PersonId::decode("li.na").value()).reviews.empty());
    const SealPolicy& seal = loaded.configuration->policy.seals.at("contract");
    EXPECT_EQ(seal.steps.at(0).count, 1U);
    EXPECT_EQ(seal.reseal, Reseal::refuse);
    EXPECT_EQ(seal.order, StepOrder::sequence);
    EXPECT_EQ(seal.max_files, 1000U);
    EXPECT_FALSE(seal.quota);
    EXPECT_FALSE(seal.prove_with_key);
    EXPECT_EQ(seal.quota_ttl, seal.approval_ttl);
    EXPECT_EQ(loaded.configuration->policy.calendar.utc_offset, std::chrono::minutes(0));
    EXPECT_EQ(loaded.configuration->policy.notices->remind_after, std::chrono::hours(24));
    EXPECT_EQ(loaded.configuration->policy.notices->language, Language::english);
    EXPECT_EQ(loaded.configuration->policy.notices->give_up_after, std::chrono::hours(72));
    EXPECT_EQ(loaded.configuration->policy.notices->webhooks.at(0).events.size(), notice_kinds.size());
    EXPECT_TRUE(loaded.configuration->policy.notices->also.empty());
    EXPECT_EQ(loaded.configuration->documents.one, 256ULL << 20);
    EXPECT_EQ(loaded.configuration->documents.all, 20ULL << 30);
}

// What the reader knows, it tells when asked for an unknown key; the example must set or mention each of them.
TEST_F(Example, DocumentsEveryKey) {
    std::string asked = text;
    for (const std::string table :
         {"[daemon]", "[listen.unix]", "[listen.tls]", "[log]", "[[token]]", "[[token.quirk]]", "[[person]]", "[[issuer]]", "[[application_client]]", "[seal.contract]",
          "[documents]", "[calendar]", "[[delegation]]", "[notify]", "[[notify.webhook]]"}) {
        asked = test::replaced(asked, "\n" + table + "\n", "\n" + table + "\nzzzzzzzz = 1\n");
    }
    asked = test::replaced(asked, "{ name = \"administration\"", "{ zzzzzzzz = 1, name = \"administration\"");
    const auto loaded = load_here("zzzzzzzz = 1\n" + asked);
    ASSERT_EQ(loaded.mistakes.size(), 17U);
    const std::regex word("[a-z_0-9]+");
    for (const auto& mistake : loaded.mistakes) {
        const std::string allowed = mistake.problem.substr(mistake.problem.find("allowed: ") + 9);
        for (std::sregex_iterator at(allowed.begin(), allowed.end(), word), end; at != end; ++at) {
            const std::regex mention("(^|[^a-z_])" + at->str() + "($|[^a-z_])");
            EXPECT_TRUE(std::regex_search(text, mention)) << mistake.where << ": " << at->str();
        }
    }
}

}  // namespace
}  // namespace seald
