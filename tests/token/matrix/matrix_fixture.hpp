// What the matrix's tests share: the daemon's Token over the token of this row, through the faulty module, which
// behaves unless a test says otherwise and counts every call.
#pragma once
#include "tests/support/faulty_module.hpp"
#include "tests/token/matrix/openssl_program.hpp"
#include "tests/token/matrix/token_under_test.hpp"
#include "tests/token/running_token.hpp"

namespace seald::test {

struct Row {
    const char* name;
    TokenUnderTest& (*token)();
};
inline void PrintTo(const Row& row, std::ostream* out) { *out << row.name; }

class TokenMatrix : public RunningToken, public ::testing::WithParamInterface<Row> {
  protected:
    TokenMatrix() : subject(GetParam().token()), module(subject.folder(), subject.module()) {}
    void TearDown() override {
        stop();
        subject.settle();
    }

    TokenSettings settings() const {
        TokenSettings settings = settings_through(FaultyModule::module());
        settings.label = subject.label();
        return settings;
    }
    TokenSettings settings_with_pin_file(const std::string& pin) const {
        auto with_file = settings();
        const auto file = subject.folder() / "pin";
        std::filesystem::remove(file);
        std::ofstream(file) << pin;
        std::filesystem::permissions(file, std::filesystem::perms::owner_read);
        with_file.pin = "file:" + file.string();
        return with_file;
    }
    // By a PIN file and not by typing: making the key that a typed PIN is encrypted to takes a while.
    void start_unlocked() {
        unattended_allowed = false;
        start(settings_with_pin_file(subject.pin()));
        unlock_again();
        keys = wait(token->list_keys()).value().keys;
    }
    // Once it is seen: a card that was put in takes half a second.
    void unlock_again() {
        run_until([&] { return token->info().present; });
        unlock_from_file().value();
    }
    Bytes spki_of(const KeyOnToken& key) const {
        const auto found = std::ranges::find(keys, key.id, &KeyInfo::key_id);
        return found == keys.end() ? Bytes() : found->spki;
    }
    // With the first of its keys and schemes.
    SignRequest request(std::string_view text) const {
        const auto key = subject.keys().front();
        return sign_request(key.algorithm, key.schemes.front(), DigestAlgorithm::sha256, text, key.id);
    }
    bool accepted(const SignRequest& asked, const Signature& signature) const {
        const auto key = std::ranges::find(keys, asked.key_id, &KeyInfo::key_id);
        return key != keys.end() && openssl_program_accepts(subject.folder(), key->spki, asked, signature.value);
    }
    void expect_it_signs() {
        const auto asked = request("after");
        const auto signature = wait(token->sign(asked));
        ASSERT_TRUE(signature) << signature.error().message << signature.error().detail;
        EXPECT_TRUE(accepted(asked, *signature));
    }

    TokenUnderTest& subject;
    FaultyModule module;
    std::vector<KeyInfo> keys;
};

// What only some tokens can do; matrix_test.cpp says which cannot, and why.
class RemovableToken : public TokenMatrix {};
class ForgetfulToken : public TokenMatrix {};  // whose module does not notice that it was gone
class KeyMakingToken : public TokenMatrix {};
class ReadOnlyToken : public TokenMatrix {};
class LockingToken : public TokenMatrix {};

}  // namespace seald::test
