// One token of the matrix: what is on it, and how it comes and goes.
#pragma once
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/encoding.hpp"
#include "core/keys.hpp"

namespace seald::test {

struct KeyOnToken {
    Bytes id;
    KeyAlgorithm algorithm;
    std::vector<SignatureScheme> schemes;
};

class TokenUnderTest {
  public:
    virtual ~TokenUnderTest() = default;

    virtual std::filesystem::path folder() const = 0;  // for files of the tests
    virtual std::string module() const = 0;            // the vendor's
    virtual std::string label() const = 0;
    virtual std::string pin() const = 0;
    virtual std::string wrong_pin() const = 0;  // of a length that the token takes
    virtual std::vector<KeyOnToken> keys() const = 0;

    virtual void pull_out() = 0;
    virtual void put_back() = 0;

    // PIN tries that the token has counted itself since its last good login; empty where it does not tell.
    virtual std::optional<int> tries_spent() { return std::nullopt; }
    // So many, of those that lock.
    virtual void leave_tries(unsigned) {}
    // Its process was killed, and what that left behind is put right as the machine would do it.
    virtual void after_a_kill() {}
    // In place, with all PIN tries, and nothing of a test's processes left in it.
    virtual void settle() = 0;
};

// Each is made when first asked for and lasts until the program ends: making keys is slow.
TokenUnderTest& softhsm_token();
TokenUnderTest& tpm_token();
TokenUnderTest& card_token();

}  // namespace seald::test
