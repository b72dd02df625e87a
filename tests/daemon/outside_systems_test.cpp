// Approvals minted by other people's libraries: the programs in docs/approvals.md, run as they stand there.
#include <gtest/gtest.h>

#include <fstream>

#include "tests/daemon/outside.hpp"
#include "tests/daemon/processes.hpp"
#include "tests/daemon/shared_instance.hpp"

namespace seald::test {
namespace {

namespace fs = std::filesystem;

class OutsideSystems : public SharedInstance {
  protected:
    void SetUp() override {
        document = instance->write_file("contract.pdf", "a contract of " + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()));
    }
    // The block of docs/approvals.md in this language.
    static fs::path program(const std::string& language, const std::string& file) {
        const auto text = read_file(SEALD_SOURCE_DIR "/docs/approvals.md");
        const auto begin = text.find("```" + language + "\n") + language.size() + 4;
        fs::create_directories(instance->folder() / language);
        const fs::path path = instance->folder() / language / file;
        std::ofstream(path) << text.substr(begin, text.find("\n```", begin) - begin + 1);
        return path;
    }
    // Both tokens by this program, which runs as root and sees every key, then one request that rests on them.
    void expect_sealed(const std::string& command, const std::string& key_suffix = ".key") {
        const auto digest = Digest::of_file(DigestAlgorithm::sha256, document).value().hex();
        std::vector<std::string> arguments = {"sign", "--seal", "contract"};
        for (const auto& [who, step] : {std::pair("wang.fang", "department-review"), std::pair("chen.jie", "administration")}) {
            const auto minted = run_tool("cd " + instance->folder().string() + " && " + command + " " + (instance->folder() / "keys" / who).string() + key_suffix + " " + who +
                                         " " + step + " li.na seald.test.example contract " + digest);
            ASSERT_EQ(minted.exit_code, 0) << minted.out;
            arguments.insert(arguments.end(), {"--approval", instance->write_file(std::string(step) + ".jws", minted.out).string()});
        }
        arguments.insert(arguments.end(), {document.string(), "--force"});
        const auto sealed = instance->sealctl("li.na", arguments);
        EXPECT_EQ(sealed.exit_code, 0) << sealed.err << instance->log();
    }
    fs::path document;
};

TEST_F(OutsideSystems, MintInPython) { expect_sealed("/usr/bin/python3 " + program("python", "mint.py").string()); }

TEST_F(OutsideSystems, MintInGo) {
    const auto source = program("go", "mint.go");
    const auto built = run_tool("cd " + source.parent_path().string() + " && HOME=" + instance->folder().string() + " GO111MODULE=off GOFLAGS= GOPATH=/usr/share/gocode go build -o mint mint.go");
    ASSERT_EQ(built.exit_code, 0) << built.out;
    expect_sealed((source.parent_path() / "mint").string());
}

TEST_F(OutsideSystems, MintInTheShell) {
    for (const char* who : {"wang.fang", "chen.jie"}) {
        const auto key = (instance->folder() / "keys" / who).string();
        ASSERT_EQ(run_tool("python3 " SEALD_SOURCE_DIR "/tests/support/pem_to_jwk.py " + key + ".key > " + key + ".jwk").exit_code, 0);
    }
    expect_sealed("sh " + program("sh", "mint.sh").string(), ".jwk");
}

}  // namespace
}  // namespace seald::test
