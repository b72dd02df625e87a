// Steers the faulty module (tests/support/faulty_module) from a test: writes its rules, takes its tokens away, reads
// what was called. Sets the environment of this process and all it starts, so one at a time.
#pragma once
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace seald::test {

// The module counts its calls there, as whatever user it is loaded by.
inline const std::filesystem::path& open_to_all(const std::filesystem::path& folder) {
    std::filesystem::permissions(folder, std::filesystem::perms::all);
    return folder;
}

class FaultyModule {
  public:
    FaultyModule(const std::filesystem::path& folder, const std::string& real_module)
        : rules_file_(folder / "faulty-rules"), calls_file_(folder / "faulty-calls") {
        ::setenv("SEALD_FAULTY_MODULE", real_module.c_str(), 1);
        ::setenv("SEALD_FAULTY_RULES", rules_file_.c_str(), 1);
        ::setenv("SEALD_FAULTY_CALLS", calls_file_.c_str(), 1);
        std::filesystem::remove(calls_file_);
        std::filesystem::remove(rules_file_.string() + ".used");
        behave();
    }
    static std::string module() { return SEALD_BUILD_DIR "/tests/support/libfaulty_module.so"; }

    // What C_GetTokenInfo says of the PIN: rules for misbehave().
    static constexpr auto pin_count_low = "C_GetTokenInfo flags 0x10000";
    static constexpr auto pin_final_try = "C_GetTokenInfo flags 0x20000";
    static constexpr auto pin_locked = "C_GetTokenInfo flags 0x40000";

    // One rule per line, instead of those before; faulty_module/module.cpp lists them. Takes effect at the next call.
    void misbehave(const std::string& rules) {
        rules_ = rules;
        ++edition_;
        write();
    }
    void behave() { misbehave(""); }

    // All tokens of the module, whatever the other rules are.
    void pull_out() {
        away_ = true;
        write();
    }
    void put_back() {
        away_ = false;
        ++insertion_;
        write();
    }
    // From now on C_WaitForSlotEvent tells of the two above.
    void report_slot_events() {
        events_ = true;
        write();
    }

    // How often a function was called, by all processes: calls_of("C_Login") is how often a PIN was sent.
    int calls_of(const std::string& function) const {
        std::ifstream file(calls_file_);
        int count = 0;
        for (std::string line; std::getline(file, line);) count += line == function;
        return count;
    }

  private:
    void write() const {
        const auto fresh = rules_file_.string() + ".new";
        std::ofstream out(fresh);
        out << "edition " << edition_ << (away_ ? "\ntoken away" : "\ntoken in " + std::to_string(insertion_))
            << (events_ ? "\ntoken events\n" : "\n") << rules_ << "\n";
        out.close();
        std::filesystem::rename(fresh, rules_file_);
    }

    std::filesystem::path rules_file_, calls_file_;
    std::string rules_;
    int edition_ = 0;  // of rules_: limits in it count from here
    int insertion_ = 0;
    bool away_ = false, events_ = false;
};

}  // namespace seald::test
