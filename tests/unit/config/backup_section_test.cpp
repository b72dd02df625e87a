#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

// openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 7300 -subj "/O=Example Ltd/CN=li.na"
constexpr const char* certificate = R"(-----BEGIN CERTIFICATE-----
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

struct BackupSection : testing::Test {
    test::Folder folder;
    LoadedConfiguration load(const std::string& section) {
        folder.write("li.na.crt.pem", certificate);
        folder.write_key("people/li.na.pem");
        return load_configuration(folder.write("seald.toml", "[daemon]\nid = \"seald.example.org\"\nstate_dir = \"/var/lib/seald\"\n[backup]\n" + section));
    }
    void expect_mistake(const std::string& section, const std::string& words) {
        const auto loaded = load(section);
        EXPECT_FALSE(loaded.configuration) << section;
        std::string all;
        for (const auto& mistake : loaded.mistakes) all += mistake.where + ": " + mistake.problem + "\n";
        EXPECT_NE(all.find(words), std::string::npos) << all;
    }
};

TEST_F(BackupSection, NamesRecipientsAndPerhapsASchedule) {
    const auto loaded = load("recipients = [\"li.na.crt.pem\"]\n");
    for (const auto& mistake : loaded.mistakes) ADD_FAILURE() << mistake.where << ": " << mistake.problem;
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->backup.recipients.at(0).common_name(), "li.na");
    EXPECT_FALSE(loaded.configuration->backup.schedule);
    const auto scheduled = load("recipients = [\"li.na.crt.pem\"]\nevery = \"90s\"\ndirectory = \"shelf\"\n");
    ASSERT_TRUE(scheduled.configuration);
    EXPECT_EQ(scheduled.configuration->backup.schedule->keep, 14U);
    EXPECT_TRUE(scheduled.configuration->backup.schedule->directory.is_absolute());
}

TEST_F(BackupSection, SaysWhatIsWrong) {
    expect_mistake("", "recipients");
    expect_mistake("recipients = [\"nobody.pem\"]\n", "allowed: a PEM file with a certificate");
    expect_mistake("recipients = [\"people/li.na.pem\"]\n", "allowed: a PEM file with a certificate");
    expect_mistake("recipients = [\"li.na.crt.pem\"]\nevery = \"24h\"\n", "directory");
    expect_mistake("recipients = [\"li.na.crt.pem\"]\ndirectory = \"shelf\"\n", "every");
    expect_mistake("recipients = [\"li.na.crt.pem\"]\nevery = \"1s\"\ndirectory = \"shelf\"\n", "at least \"60s\"");
    expect_mistake("recipients = [\"li.na.crt.pem\"]\nevery = \"24h\"\ndirectory = \"/var/lib/seald/backups\"\n", "in the state folder");
    expect_mistake("recipients = [\"li.na.crt.pem\"]\nevery = \"24h\"\ndirectory = \"shelf\"\nkeep = 0\n", "keep");
}

}  // namespace
}  // namespace seald
