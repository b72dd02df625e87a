// Programs nobody here wrote, asked for their judgement.
#pragma once
#include <array>
#include <cstdio>
#include <filesystem>
#include <string>

namespace seald::test {

struct ToolOutput {
    int exit_code;
    std::string out;  // and what it wrote to stderr
};

inline ToolOutput run_tool(const std::string& command) {
    std::FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    std::string out;
    std::array<char, 4096> buffer{};
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) out.append(buffer.data(), got);
    const int status = ::pclose(pipe);
    return {WEXITSTATUS(status), out};
}

// FILE.p7s is a detached CMS over FILE by a certificate that `trust` vouches for.
inline bool openssl_verifies(const std::filesystem::path& file, const std::filesystem::path& trust) {
    return run_tool("openssl cms -verify -binary -content " + file.string() + " -inform DER -in " + file.string() + ".p7s -CAfile " + trust.string() +
                    " -purpose any -out /dev/null").exit_code == 0;
}

}  // namespace seald::test
