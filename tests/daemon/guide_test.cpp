// What the operating guide shows of tokens is what the commands print, but for serial numbers and times.
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

#include "tests/daemon/instance.hpp"

namespace seald::test {
namespace {

std::string guide() {
    std::ifstream in(SEALD_SOURCE_DIR "/docs/operating.md");
    return {std::istreambuf_iterator<char>(in), {}};
}

// What stands in the guide under "$ COMMAND", up to the next command or the end of the block.
std::string shown(const std::string& command) {
    const std::string text = guide(), line = "\n$ " + command + "\n";
    const auto at = text.find(line, text.find("## Tokens as they really are"));
    if (at == std::string::npos) return "the guide does not show " + command;
    const auto begin = at + line.size();
    return text.substr(begin, std::min(text.find("\n$ ", begin), text.find("\n```", begin)) + 1 - begin);
}

std::string without_what_differs(std::string text) {
    text = std::regex_replace(text, std::regex("[0-9a-f]{16}"), "SERIAL-NUMBER-16");
    return std::regex_replace(text, std::regex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}Z"), "TIME-OF-20-CHARACTER");
}

TEST(OperatingGuide, ShowsTokensAsTheCommandsDo) {
    Instance instance({.token_extra = "[[token]]\nname = \"usb-2\"\nmodule = \"" + SoftHsm::module() + "\"\nserial = \"9c41d07be25a8f13\"\n"});
    instance.start();
    instance.unlock("usb-1", {"--for", "8h", "--uses", "100"});
    instance.make_seal();
    for (const char* command : {"token list", "token show usb-1", "token show usb-2"}) {
        std::vector<std::string> words;
        std::istringstream in(command);
        for (std::string word; in >> word;) words.push_back(word);
        const auto printed = instance.sealctl("zhang.wei", words);
        EXPECT_EQ(without_what_differs(printed.out), without_what_differs(shown(std::string("sealctl ") + command))) << printed.err;
    }
}

}  // namespace
}  // namespace seald::test
