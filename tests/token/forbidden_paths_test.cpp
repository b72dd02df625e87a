#include "pkcs11/forbidden_paths.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/temporary_folder.hpp"

namespace seald::test {
namespace {

using ::testing::HasSubstr;
namespace fs = std::filesystem;

constexpr uid_t nobody = 65534;

// What forbidding says in a process of its own, which is not root and cannot take it back; and, after it, whether a file opens.
class ForbiddenPaths : public ::testing::Test {
  protected:
    std::string said_by_forbidding(const std::vector<fs::path>& forbidden, const fs::path& then_read) {
        const fs::path report = folder_.path() / "said";
        const pid_t child = ::fork();
        if (child == 0) {
            const int file = ::open(report.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0644);
            ::dup2(file, STDERR_FILENO);
            if (::setgid(nobody) != 0 || ::setuid(nobody) != 0) ::_exit(1);
            ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
            const auto problem = forbid_paths(forbidden, {});
            const bool opens = ::open(then_read.c_str(), O_RDONLY) >= 0;
            const std::string said = "answer: " + problem + "\n" + (opens ? "opens\n" : "does not open\n");
            ::_exit(::write(file, said.data(), said.size()) == static_cast<ssize_t>(said.size()) ? 0 : 1);
        }
        int status = 0;
        ::waitpid(child, &status, 0);
        EXPECT_EQ(status, 0);
        std::ifstream in(report);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    fs::path make(const char* name, mode_t mode) {
        const fs::path made = folder_.path() / name;
        fs::create_directory(made);
        fs::create_directory(made / "state");
        std::ofstream(made / "token") << "content";
        ::chmod(made.c_str(), mode);
        return made;
    }
    TemporaryFolder folder_{"seald-forbidden"};
};

TEST_F(ForbiddenPaths, WhatIsBesideThemStaysOpen) {
    const auto shared = make("shared", 0755);
    EXPECT_EQ(said_by_forbidding({shared / "state"}, shared / "token"), "answer: \nopens\n");
    EXPECT_EQ(said_by_forbidding({shared / "token"}, shared / "token"), "answer: \ndoes not open\n");
}

TEST_F(ForbiddenPaths, AFolderThatCannotBeListedIsNamedSinceNothingInItOpens) {
    const auto unlisted = make("unlisted", 0711);
    EXPECT_EQ(said_by_forbidding({unlisted / "state"}, unlisted / "token"),
              "seald-token: " + unlisted.string() + " cannot be listed by this user (Permission denied), so nothing in it can be opened: " +
                  "if the token's files are there, let this user list it\nanswer: \ndoes not open\n");
}

TEST_F(ForbiddenPaths, APathThatCannotBeFollowedIsAnErrorBecauseItWouldForbidNothing) {
    const auto closed = make("closed", 0700);
    const fs::path inside = closed / "state" / "ledger.db";
    EXPECT_THAT(said_by_forbidding({inside}, "/etc/hostname"), HasSubstr("answer: the path " + inside.string() + " cannot be forbidden: Permission denied\n"));
    EXPECT_THAT(said_by_forbidding({""}, "/etc/hostname"), HasSubstr("answer: the path  cannot be forbidden: "));
}

TEST_F(ForbiddenPaths, APathThatIsNotThereYetIsForbiddenAllTheSame) {
    const auto shared = make("later", 0755);
    EXPECT_EQ(said_by_forbidding({shared / "not" / "yet"}, shared / "token"), "answer: \nopens\n");
}

}  // namespace
}  // namespace seald::test
