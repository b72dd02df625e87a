// People in files of their own: together with seald.toml they are one enrolment.
#include <sys/stat.h>

#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

struct PeopleFiles : test::ConfigurationTest {
    const std::string with_people = test::good + "[people]\ndirectory = \"people.d\"\n";
    const std::string zhao_min = "[[person]]\nid = \"zhao.min\"\nname = \"趙敏\"\nunix_user = \"2009\"\nroles = [\"applicant\"]\n";

    std::vector<std::string> mistakes_with(const std::string& file, const std::string& content) {
        folder.write("people.d/" + file, content);
        std::vector<std::string> words;
        for (const auto& mistake : load(with_people).mistakes) words.push_back(mistake.where + ": " + mistake.problem);
        return words;
    }
};

TEST_F(PeopleFiles, AreReadBesidesTheMainFile) {
    folder.write("people.d/sales.toml", zhao_min);
    folder.write("people.d/notes.txt", "not TOML, and nobody's business");
    const auto loaded = load(with_people);
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes[0].where << loaded.mistakes[0].problem;
    EXPECT_EQ(loaded.configuration->policy.persons.size(), 4U);
    EXPECT_EQ(loaded.configuration->policy.persons.at(PersonId::decode("zhao.min").value()).name, "趙敏");
}

TEST_F(PeopleFiles, ShareNoIdentityWithAnotherFile) {
    folder.write("people.d/a.toml", zhao_min);
    const auto mistakes = mistakes_with("b.toml", test::replaced(zhao_min, "zhao.min", "zhao.er"));
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_NE(mistakes[0].find("people.d/b.toml:4: person[0].unix_user: zhao.min has the same uid 2009"), std::string::npos) << mistakes[0];
}

TEST_F(PeopleFiles, HoldPeopleAndNothingElse) {
    const auto mistakes = mistakes_with("a.toml", "[seal.contract]\nusers = [\"li.na\"]\n");
    ASSERT_EQ(mistakes.size(), 1U);
    EXPECT_NE(mistakes[0].find("people.d/a.toml:1: seal: unknown key; allowed: application_client, delegation, issuer, person"), std::string::npos) << mistakes[0];
}

TEST_F(PeopleFiles, WithAMistakeNameTheirFileAndLine) {
    EXPECT_NE(mistakes_with("a.toml", "[[person]\n").at(0).find("people.d/a.toml:1: not TOML"), std::string::npos);
}

TEST_F(PeopleFiles, ThatAnybodyMayAddToAreRefused) {
    folder.write("people.d/a.toml", zhao_min);
    ::chmod((folder.path() / "people.d").c_str(), 0777);
    EXPECT_FALSE(load(with_people).configuration);
}

TEST_F(PeopleFiles, AreInTheDigestOfThePolicy) {
    folder.write("people.d/a.toml", zhao_min);
    const auto before = load(with_people).configuration->policy.sha256;
    EXPECT_EQ(load(with_people).configuration->policy.sha256, before);
    folder.write("people.d/a.toml", zhao_min + "\n");
    EXPECT_NE(load(with_people).configuration->policy.sha256, before);
}

TEST_F(PeopleFiles, KeysAreInTheDigestOfThePolicyToo) {
    const auto before = load(test::good).configuration->policy.sha256;
    folder.write_key("wang.fang.pub.pem");
    EXPECT_NE(load(test::good).configuration->policy.sha256, before);
}

// gid 0 is root's own group on every host; the group is told by its number.
TEST_F(PeopleFiles, GroupsOfTheHostGiveRolesToTheirMembersOnly) {
    const std::string text = test::replaced(test::replaced(test::good, "unix_user = \"2001\"", "unix_user = \"0\""), "department = \"sales\"\n", "") +
                             "[[unix_group]]\nname = \"root\"\nroles = [\"reviewer\"]\nreviews = [\"sales\"]\ndepartment = \"office\"\n";
    const auto loaded = load(text);
    ASSERT_TRUE(loaded.configuration) << loaded.mistakes[0].where << loaded.mistakes[0].problem;
    const auto& persons = loaded.configuration->policy.persons;
    const Person& member = persons.at(PersonId::decode("li.na").value());
    EXPECT_EQ(member.roles, (std::set<Role>{Role::applicant, Role::reviewer}));
    EXPECT_EQ(member.department, Department::decode("office").value());
    EXPECT_EQ(persons.at(PersonId::decode("zhang.wei").value()).roles, std::set<Role>{Role::approver});
}

TEST_F(PeopleFiles, GroupsDoNotJoinPowersThatAreKeptApart) {
    const std::string text = test::replaced(test::good, "unix_user = \"2001\"", "unix_user = \"0\"") + "[[unix_group]]\nname = \"root\"\nroles = [\"auditor\"]\n";
    expect_mistake(text, 0, "unix_group", "li.na would hold powers that are kept apart");
}

}  // namespace
}  // namespace seald
