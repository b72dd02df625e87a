// Steers tests/support/faulty_module.cpp from a test: writes its rules, reads what was called. One at a time.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace seald::test {

class FaultyModule {
  public:
    FaultyModule(const std::filesystem::path& folder, const std::string& real_module)
        : rules_(folder / "faulty-rules"), calls_(folder / "faulty-calls") {
        ::setenv("SEALD_FAULTY_MODULE", real_module.c_str(), 1);
        ::setenv("SEALD_FAULTY_RULES", rules_.c_str(), 1);
        ::setenv("SEALD_FAULTY_CALLS", calls_.c_str(), 1);
        behave();
    }
    static std::string module() { return SEALD_BUILD_DIR "/tests/token/libfaulty_module.so"; }

    // One rule per line; see faulty_module.cpp. Takes effect at the next call.
    void misbehave(const std::string& rules) const {
        const auto fresh = rules_.string() + ".new";
        std::ofstream(fresh) << rules << "\n";
        std::filesystem::rename(fresh, rules_);
    }
    void behave() const { misbehave(""); }
    int calls_of(const std::string& function) const {
        std::ifstream file(calls_);
        int count = 0;
        for (std::string line; std::getline(file, line);) count += line == function;
        return count;
    }

  private:
    std::filesystem::path rules_, calls_;
};

}  // namespace seald::test
