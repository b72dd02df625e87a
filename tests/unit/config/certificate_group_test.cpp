// tls_certificate, and [[certificate_group]]: fields of certificates' subjects, which openssl makes here.
#include <cstdlib>

#include "core/certificate.hpp"
#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

using test::good;
using test::replaced;

struct CertificateGroups : test::ConfigurationTest {
    CertificateGroups() { make_certificate("li.na.pem", "/O=Example Ltd/OU=Sales/OU=法務部/CN=li.na"); }

    Digest make_certificate(const std::string& name, const std::string& subject) {
        const std::string file = (folder.path() / name).string();
        const std::string command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -utf8 -days 2 -keyout " + file + ".key -out " + file + " -subj '" + subject + "' 2>/dev/null";
        EXPECT_EQ(std::system(command.c_str()), 0) << command;
        std::ifstream in(file);
        return Certificate::from_pem(std::string(std::istreambuf_iterator<char>(in), {})).value().fingerprint();
    }
    // li.na is enrolled with her certificate, and has no department of her own.
    static std::string enrolled(const std::string& extra = "") {
        return replaced(replaced(good, "department = \"sales\"\n", ""), "unix_user = \"2001\"", "tls_certificate = \"li.na.pem\"") + extra;
    }
    static std::string group(const std::string& field, const std::string& value, const std::string& gives) {
        return "[[certificate_group]]\nfield = \"" + field + "\"\nvalue = \"" + value + "\"\n" + gives;
    }
    Person li_na(const std::string& text) {
        const auto loaded = load(text);
        EXPECT_TRUE(loaded.configuration) << (loaded.mistakes.empty() ? "" : loaded.mistakes[0].where + loaded.mistakes[0].problem);
        if (!loaded.configuration) throw std::runtime_error("the configuration has a mistake");
        return loaded.configuration->policy.persons.at(PersonId::decode("li.na").value());
    }
    // Like expect_mistake, wherever it is.
    void expect_problem(const std::string& text, const std::string& words) {
        const auto loaded = load(text);
        EXPECT_FALSE(loaded.configuration);
        ASSERT_EQ(loaded.mistakes.size(), 1U);
        EXPECT_NE((loaded.mistakes[0].where + ": " + loaded.mistakes[0].problem).find(words), std::string::npos) << loaded.mistakes[0].where << ": " << loaded.mistakes[0].problem;
    }
};

TEST_F(CertificateGroups, APersonIsKnownByTheCertificateItself) {
    const Digest fingerprint = make_certificate("li.na.pem", "/CN=li.na");
    EXPECT_EQ(li_na(enrolled()).certificate, fingerprint);
}

TEST_F(CertificateGroups, TheCertificateIsGivenOnceAndReadable) {
    expect_problem(replaced(enrolled(), "tls_certificate = ", "tls_certificate_sha256 = \"" + std::string(64, 'a') + "\"\ntls_certificate = "), "only one of tls_certificate and tls_certificate_sha256");
    expect_problem(replaced(enrolled(), "li.na.pem", "nowhere.pem"), "no such file");
    expect_problem(replaced(enrolled(), "li.na.pem", "zhang.wei.pub.pem"), "allowed: a PEM \"CERTIFICATE\"");
    std::filesystem::permissions(folder.path() / "li.na.pem", std::filesystem::perms::others_write, std::filesystem::perm_options::add);
    expect_problem(enrolled(), "chmod o-w");
}

TEST_F(CertificateGroups, NobodySharesACertificate) {
    expect_problem(replaced(enrolled(), "unix_user = \"2002\"", "tls_certificate = \"li.na.pem\""), "li.na has the same");
}

TEST_F(CertificateGroups, GiveTheirMembersDepartmentRolesAndReviews) {
    const Person person = li_na(enrolled(group("organizational_unit", "Sales", "department = \"sales\"\n") +
                                         group("organizational_unit", "法務部", "roles = [\"reviewer\"]\nreviews = [\"finance\"]\n") +
                                         group("organization", "Another Ltd", "roles = [\"custodian\"]\n")));
    EXPECT_EQ(person.department, Department::decode("sales").value());
    EXPECT_EQ(person.roles, (std::set<Role>{Role::applicant, Role::reviewer}));
    EXPECT_EQ(person.reviews, std::set{Department::decode("finance").value()});
}

TEST_F(CertificateGroups, KeepTheDepartmentThatAPersonHas) {
    const std::string own = replaced(good, "unix_user = \"2001\"", "tls_certificate = \"li.na.pem\"");
    EXPECT_EQ(li_na(own + group("organization", "Example Ltd", "department = \"office\"\n")).department, Department::decode("sales").value());
}

TEST_F(CertificateGroups, AreComparedByteByByte) {
    for (const std::string other : {"sales", "SALES", "Sale", "Sales dept", "Ｓales", "Sаles"}) {  // the last one has a Cyrillic letter
        EXPECT_EQ(li_na(enrolled(group("organizational_unit", other, "department = \"sales\"\n"))).department, std::nullopt) << other;
    }
    make_certificate("li.na.pem", "/OU=Sales /CN=li.na");
    EXPECT_EQ(li_na(enrolled(group("organizational_unit", "Sales", "department = \"sales\"\n"))).department, std::nullopt) << "a blank at the end";
    make_certificate("li.na.pem", "/OU=Cafe\xCC\x81/CN=li.na");
    EXPECT_EQ(li_na(enrolled(group("organizational_unit", "Caf\xC3\xA9", "department = \"sales\"\n"))).department, std::nullopt) << "another normal form";
    make_certificate("li.na.pem", "/OU=Caf\xC3\xA9/CN=li.na");
    EXPECT_EQ(li_na(enrolled(group("organizational_unit", "Caf\xC3\xA9", "department = \"sales\"\n"))).department, Department::decode("sales").value());
}

TEST_F(CertificateGroups, AFieldIsNotAnother) {
    EXPECT_EQ(li_na(enrolled(group("organization", "Sales", "department = \"sales\"\n"))).department, std::nullopt);
    EXPECT_EQ(li_na(enrolled(group("common_name", "li.na", "department = \"sales\"\n"))).department, Department::decode("sales").value());
}

TEST_F(CertificateGroups, TwoThatAReaderCannotTellApartAreRefused) {
    const std::string first = group("organizational_unit", "Sales \xC3\x89t\xC3\xA9", "roles = [\"reviewer\"]\n");
    const auto second = [](const std::string& value) { return group("organizational_unit", value, "roles = [\"approver\"]\n"); };
    expect_problem(enrolled(first + second("Sales \xC3\x89t\xC3\xA9")), "each once");
    for (const std::string alike : {"sales \xC3\xA9t\xC3\xA9", "SALES \xC3\x89T\xC3\x89", "\xEF\xBC\xB3" "ales \xC3\x89t\xC3\xA9"}) expect_problem(enrolled(first + second(alike)), "a reader can tell apart");
    EXPECT_TRUE(load(enrolled(first + group("organization", "sales \xC3\xA9t\xC3\xA9", "roles = [\"approver\"]\n"))).configuration) << "another field";
}

TEST_F(CertificateGroups, AValueHasOneSpellingOnly) {
    for (const std::string odd : {"Sales ", " Sales", "Sales  dept", "Sales\xC2\xA0" "dept", "Sales\xE3\x80\x80" "dept"}) expect_problem(enrolled(group("organizational_unit", odd, "")), "blank");
    for (const std::string odd : {"Sa\xE2\x80\x8Bles", "Sales\xEF\xBB\xBF", "Sa\xC2\xADles"}) expect_problem(enrolled(group("organizational_unit", odd, "")), "invisible");
    expect_problem(enrolled(group("organizational_unit", "Cafe\xCC\x81", "")), "NFC");
    expect_problem(enrolled(group("department", "Sales", "")), "allowed: common_name, organization, organizational_unit");
    expect_problem(enrolled("[[certificate_group]]\nfield = \"organization\"\n"), "certificate_group[0].value: missing");
}

TEST_F(CertificateGroups, DoNotJoinPowersThatAreKeptApart) {
    expect_problem(enrolled(group("organizational_unit", "Sales", "roles = [\"auditor\"]\n")), "li.na would hold powers that are kept apart");
    expect_problem(enrolled(group("organizational_unit", "Other", "roles = [\"auditor\", \"approver\"]\n")), "auditor and approver in one person");
}

TEST_F(CertificateGroups, AreInTheDigestOfThePolicy) {
    const auto sha256 = [&] { return load(enrolled()).configuration.value().policy.sha256; };
    const std::string before = sha256();
    EXPECT_EQ(sha256(), before);
    make_certificate("li.na.pem", "/OU=Legal/CN=li.na");
    EXPECT_NE(sha256(), before);
}

}  // namespace
}  // namespace seald
