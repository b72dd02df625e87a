// What the tests of this folder share: a SoftHSM store, with the faulty module before it, and the daemon's Token on it.
#pragma once
#include "tests/support/faulty_module.hpp"
#include "tests/support/softhsm.hpp"
#include "tests/token/running_token.hpp"

namespace seald::test {

class TokenTest : public RunningToken {
  protected:
    ~TokenTest() override { stop(); }  // before the store goes

    TokenSettings settings_for(const std::string& serial) const {
        auto settings = settings_through(FaultyModule::module());
        settings.serial = serial;
        return settings;
    }
    // A PIN file, but no automatic logins: for tests that are not about PINs.
    TokenSettings settings_with_pin_file(std::string_view pin = "1234") {
        auto settings = settings_for(hsm.add_token("sealA"));
        settings.pin = "file:" + write_pin(pin).string();
        unattended_allowed = false;
        return settings;
    }
    std::filesystem::path write_pin(std::string_view pin) const {
        const auto file = hsm.folder() / "pin";
        std::ofstream(file) << pin;
        std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
        return file;
    }
    void start_with_p256_key(std::chrono::milliseconds sign_timeout = 20s) {
        auto settings = settings_with_pin_file();
        settings.sign_timeout = sign_timeout;
        start(settings);
        ASSERT_TRUE(unlock_from_file());
        const auto made = wait(token->generate({KeyAlgorithm::ec_p256, "contract", key_id, false}));
        ASSERT_TRUE(made) << made.error().message << made.error().detail;
        spki = made->spki;
    }

    SoftHsm hsm;
    FaultyModule module{hsm.folder(), SoftHsm::module()};
    Bytes spki;
};

}  // namespace seald::test
