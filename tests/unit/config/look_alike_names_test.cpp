// Two people, departments or groups whose names look the same are different, and somebody sees it, or they are refused.
#include "core/look_alike.hpp"
#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

using test::good;
using test::replaced;

struct LookAlikeNames : test::ConfigurationTest {
    void expect_problem(const std::string& text, const std::string& words) {
        const auto loaded = load(text);
        EXPECT_FALSE(loaded.configuration) << words;
        ASSERT_EQ(loaded.mistakes.size(), 1U);
        EXPECT_NE((loaded.mistakes[0].where + ": " + loaded.mistakes[0].problem).find(words), std::string::npos) << loaded.mistakes[0].where << ": " << loaded.mistakes[0].problem;
    }
    static std::string named(const std::string& first, const std::string& second) { return replaced(replaced(good, "李娜", first), "王芳", second); }
};

TEST_F(LookAlikeNames, NamesakesAreTwoPeople) {
    const auto loaded = load(named("王芳", "王芳"));
    ASSERT_TRUE(loaded.configuration);
    EXPECT_EQ(loaded.configuration->policy.persons.size(), 3U);
    EXPECT_EQ(loaded.configuration->policy.find_person(PersonId::decode("wang.fang").value())->id.str(), "wang.fang");
}

TEST_F(LookAlikeNames, NamesThatOnlyLookTheSameAreAMistake) {
    for (const std::string alike : {"ANNA LEE", "Anna lee", "Ａnna Lee", "Anna\xC2\xA0Lee"}) expect_problem(named("Anna Lee", alike), "person[1].name: looks like the name of li.na");
    EXPECT_TRUE(load(named("Anna Lee", "Anna Li")).configuration);
    EXPECT_TRUE(load(named("José", "Jose")).configuration) << "a reader sees the accent";
    EXPECT_TRUE(load(named("Ольга", "Олег")).configuration);
    expect_problem(named("Ольга", "ОЛЬГА"), "looks like the name of li.na");
}

TEST_F(LookAlikeNames, ANameHasNothingThatAReaderDoesNotSee) {
    for (const std::string odd : {"Anna ", " Anna", "Anna  Lee", "Anna\xE3\x80\x80", "Anna \xC2\xA0Lee"}) expect_problem(named(odd, "王芳"), "person[0].name: name has a blank");
    for (const std::string odd : {"An\xE2\x80\x8Bna", "\xEF\xBB\xBF" "Anna", "An\xC2\xADna", "An\xF3\xA0\x81\xA1na"}) expect_problem(named(odd, "王芳"), "invisible");
    expect_problem(named("Jose\xCC\x81", "王芳"), "NFC");
    expect_problem(named("\xE1\x84\x80\xE1\x85\xA1", "王芳"), "NFC");          // Hangul in parts
    expect_problem(named("\xEF\xA4\x80", "王芳"), "NFC");                       // a compatibility ideograph
    for (const std::string right : {"Jos\xC3\xA9", "\xEA\xB0\x80", "\xE1\xBB\x8D\xCC\x81", "\xD8\xB9\xD9\x84\xDB\x8C\xE2\x80\x8C\xD8\xA7\xD9\x84\xD9\x87"})  // composed; no composed form; a joiner that Persian needs
        EXPECT_TRUE(load(named(right, "王芳")).configuration) << right;
}

TEST_F(LookAlikeNames, IdsAndDepartmentsHaveOneSpelling) {
    for (const std::string odd : {"wang.fang ", " wang.fang", "Wang.fang", "wаng.fang", "wang.fa\xCC\x81ng", "wang\xE2\x80\x8B.fang"}) {
        expect_problem(replaced(good, "id = \"wang.fang\"", "id = \"" + odd + "\""), "not a person id");
    }
    for (const std::string odd : {"sales ", "Sales", "ｓales", "sa\xCC\x81les", "sаles"}) {
        expect_problem(replaced(good, "department = \"sales\"", "department = \"" + odd + "\""), "department");
        expect_problem(replaced(good, "reviews = [\"sales\"]", "reviews = [\"" + odd + "\"]"), "department");
        expect_problem(replaced(good, "department:sales", "department:" + odd), "department");
    }
}

TEST_F(LookAlikeNames, AGroupOfThisHostIsTheOneThatTheHostKnowsByJustThatName) {
    EXPECT_TRUE(load(good + "[[unix_group]]\nname = \"root\"\nroles = [\"reviewer\"]\n").configuration);
    for (const std::string odd : {"root ", " root", "Root", "rооt", "ro\xE2\x80\x8Bot"}) expect_problem(good + "[[unix_group]]\nname = \"" + odd + "\"\nroles = [\"reviewer\"]\n", "unix_group[0].name");
}

}  // namespace
}  // namespace seald
