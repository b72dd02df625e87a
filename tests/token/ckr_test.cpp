// Every return value of the standard has a name, and words that say what to do.
#include "pkcs11/ckr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <regex>

namespace seald {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::vector<std::pair<std::string, CK_RV>> values_of_the_header() {
    std::ifstream header(SEALD_PKCS11_HEADER);
    const std::regex define(R"(#define\s+(CKR_\w+)\s+\((0x[0-9a-fA-F]+|\d+)UL\))");
    std::vector<std::pair<std::string, CK_RV>> values;
    for (std::string line; std::getline(header, line);) {
        std::smatch match;
        if (std::regex_search(line, match, define)) values.emplace_back(match[1], std::stoul(match[2], nullptr, 0));
    }
    return values;
}

TEST(Ckr, EachOfTheStandardHasANameAndWordsOfItsOwn) {
    const auto values = values_of_the_header();
    ASSERT_GT(values.size(), 80U);
    const auto unknown = failed_call("C_Sign", 0x80000001).words;
    for (const auto& [name, ckr] : values) {
        if (ckr == CKR_OK) continue;
        EXPECT_THAT(ckr_name(ckr), StartsWith(name + " (0x"));
        const auto words = failed_call("C_Sign", ckr).words;
        EXPECT_GT(words.size(), 10U) << name;
        const bool nothing_better = ckr == CKR_GENERAL_ERROR || ckr == CKR_FUNCTION_FAILED || ckr == CKR_DEVICE_ERROR ||
                                    ckr == CKR_OPERATION_ACTIVE || ckr == CKR_OPERATION_NOT_INITIALIZED ||
                                    ckr == CKR_CRYPTOKI_NOT_INITIALIZED || ckr == CKR_USER_ALREADY_LOGGED_IN;
        EXPECT_EQ(words == unknown, nothing_better) << name;
        EXPECT_THAT(words, ::testing::Not(HasSubstr("CKR_"))) << name << ": the raw code is for the log";
    }
}

TEST(Ckr, AVendorsOwnIsANumberAndStillSaysWhatToDo) {
    EXPECT_EQ(ckr_name(0x80000001), "0x80000001");
    EXPECT_THAT(failed_call("C_Sign", 0x80000001).words, HasSubstr("try again"));
    EXPECT_EQ(trace_of(failed_call("C_Sign", CKR_DEVICE_REMOVED)), "C_Sign: CKR_DEVICE_REMOVED (0x32)");
}

}  // namespace
}  // namespace seald
