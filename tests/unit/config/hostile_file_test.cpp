// Files that are no configuration at all, or were made to hurt whoever reads them.
#include <sys/stat.h>

#include "config/source_text.hpp"
#include "tests/unit/config/office_file.hpp"

namespace seald {
namespace {

using test::good;
using test::replaced;
using HostileFile = test::ConfigurationTest;

std::string repeated(const std::string& text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
}

TEST_F(HostileFile, WhatIsNotTomlIsAMistakeWithItsLine) {
    expect_mistake(replaced(good, "name = \"李娜\"", "name = \"李娜"), 16, "", "not TOML");
    expect_mistake(replaced(good, "name = \"李娜\"", "id = \"twice\""), 16, "", "not TOML");
    expect_mistake("[daemon\n", 1, "", "not TOML");
    expect_mistake("\xff\xfe", 1, "", "not TOML");
    expect_mistake(replaced(good, "李娜", "\xc3\x28"), 16, "", "not TOML");
}

TEST_F(HostileFile, ControlCharactersInKeysAreNotRepeated) {
    expect_mistake(replaced(good, "[daemon]", "\"\\u001b[31mred\" = 1\n[daemon]"), 1, "?[31mred", "unknown key");
    expect_mistake(std::string(1, '"') + std::string(1000, 'k') + "\" = 1\n" + good, 1, std::string(64, 'k') + "...",
                   "unknown key");
}

TEST_F(HostileFile, ANulByteIsAMistake) {
    std::string text = good;
    text[text.find("state_dir")] = '\0';
    expect_mistake(text, 3, "", "NUL");
}

TEST_F(HostileFile, OneMebibyteIsTheLimit) {
    const std::string comment = "#" + std::string(max_configuration_bytes - good.size() - 2, 'x') + "\n";
    EXPECT_TRUE(load(good + comment).configuration);
    expect_mistake(good + comment + "\n", 0, "", "at most 1 MiB");
}

TEST_F(HostileFile, AFileThatIsNotThereOrNoFileIsAMistake) {
    const auto missing = load_configuration(folder.path() / "nowhere.toml");
    ASSERT_EQ(missing.mistakes.size(), 1U);
    EXPECT_NE(missing.mistakes[0].problem.find("no such file"), std::string::npos);
    const auto directory = load_configuration(folder.path());
    ASSERT_EQ(directory.mistakes.size(), 1U);
    EXPECT_NE(directory.mistakes[0].problem.find("not a regular file"), std::string::npos);
}

TEST_F(HostileFile, APipeDoesNotMakeItWait) {
    const auto pipe = folder.path() / "pipe";
    ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
    EXPECT_NE(load_configuration(pipe).mistakes.at(0).problem.find("not a regular file"), std::string::npos);
}

TEST_F(HostileFile, AFileThatAnybodyMayChangeIsNotReliedOn) {
    namespace fs = std::filesystem;
    const fs::path file = folder.write("seald.toml", good);
    fs::permissions(file, fs::perms::others_write, fs::perm_options::add);
    EXPECT_NE(load_configuration(file).mistakes.at(0).problem.find("chmod o-w"), std::string::npos);
}

TEST_F(HostileFile, DeepNestingIsRefusedBeforeItIsParsed) {
    expect_mistake("a = " + std::string(500000, '['), 1, "", "nested too deeply");
    expect_mistake("a = " + repeated("{a=", 300000), 1, "", "nested too deeply");
    expect_mistake("\n[a" + repeated(".a", 500000) + "]\n", 2, "", "nested too deeply");
    expect_mistake("\n\na" + repeated(".a", 500000) + " = 1\n", 3, "", "nested too deeply");
    expect_mistake("a = [\n" + repeated("{a.a.a.a.a.a.a.a = [\n", 9), 5, "", "nested too deeply");
}

TEST_F(HostileFile, StringsCannotHideNesting) {
    for (const std::string before :
         {"a = \"\\\"\"\n", "a = '\\'\n", "a = \"\"\"x\\\"\"\"\"\n", "a = '''x'''''\n", "a = \"\"\"\"\"\"\n", "# \"\n",
          "a = '\"' # '\n", "a = \"\\\\\"\n", "a = \"\"\"\\\n\"\"\"\n"}) {
        EXPECT_GT(find_deep_nesting(before + "b" + repeated(".b", 17) + " = 1\n"), 0U) << before;
        EXPECT_EQ(find_deep_nesting(before + "b" + repeated(".b", 16) + " = 1\n"), 0U) << before;
    }
}

TEST_F(HostileFile, QuotesAtTheEndOfAMultiLineStringBelongToIt) {
    for (const std::string value : {"'''x''''", "'''x'''''", "\"\"\"x\"\"\"\"", "\"\"\"x\"\"\"\"\""}) {
        EXPECT_EQ(find_deep_nesting("a = [" + value + ", { b" + repeated(".b", 17) + " = 1 }]\n"), 1U) << value;
    }
}

TEST_F(HostileFile, StringsAndCommentsMayHoldBracketsAndDots) {
    const std::string dots(1000, '.'), brackets(1000, '[');
    EXPECT_EQ(find_deep_nesting("# " + dots + brackets + "\na = \"" + dots + brackets + "\" # '" + dots + "\n"), 0U);
    EXPECT_EQ(find_deep_nesting("a = '''\n" + dots + "\n" + brackets + "'''\nb = \"\"\"" + dots + "\\\"\"\"" +
                                brackets + "\"\"\"\n"),
              0U);
}

TEST_F(HostileFile, EveryPrefixOfAGoodFileIsReadWithoutACrash) {
    for (std::size_t size = 0; size < good.size(); size += 7) {
        const LoadedConfiguration loaded = load(good.substr(0, size));
        EXPECT_NE(loaded.configuration.has_value(), !loaded.mistakes.empty()) << size;
    }
}

}  // namespace
}  // namespace seald
