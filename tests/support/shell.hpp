// Foreign programs run to their end.
#pragma once
#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace seald::test {

// What it said; throws that when it failed.
inline std::string shell(const std::string& command) {
    std::FILE* pipe = ::popen(("(" + command + ") 2>&1").c_str(), "r");
    if (pipe == nullptr) throw std::runtime_error(command);
    std::string output;
    std::array<char, 4096> buffer{};
    while (const auto got = std::fread(buffer.data(), 1, buffer.size(), pipe)) output.append(buffer.data(), got);
    if (::pclose(pipe) != 0) throw std::runtime_error(command + ": " + output);
    return output;
}

}  // namespace seald::test
