#include "tests/support/shell.hpp"
#include "tests/support/tpm.hpp"
#include "tests/token/matrix/token_under_test.hpp"

namespace seald::test {
namespace {

// Cannot be pulled out: it loses its power. A good login does not clear its count of wrong PINs, only time does. Two
// keys are all that swtpm, which has no resource manager, holds at a time beside the token's own.
class TpmToken final : public TokenUnderTest {
  public:
    TpmToken() {
        const auto tool = "pkcs11-tool --module " + module() + " --token-label " + label() + " --login --pin " + pin() +
                          " --keypairgen --usage-sign ";
        shell(tool + "--key-type EC:prime256v1 --id 01 --label p256");
        shell(tool + "--key-type rsa:2048 --id 02 --label rsa2048");
        settle();
    }
    std::filesystem::path folder() const override { return tpm_.folder(); }
    std::string module() const override { return Tpm::module(); }
    std::string label() const override { return Tpm::label(); }
    std::string pin() const override { return Tpm::pin(); }
    std::string wrong_pin() const override { return "9999"; }
    std::vector<KeyOnToken> keys() const override {
        return {{{1}, KeyAlgorithm::ec_p256, {SignatureScheme::ecdsa}},
                {{2}, KeyAlgorithm::rsa_2048, {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss}}};
    }
    void pull_out() override {
        tpm_.power_off();
        off_ = true;
    }
    void put_back() override {
        if (std::exchange(off_, false)) tpm_.power_on();
    }
    std::optional<int> tries_spent() override { return tpm_.wrong_pins() - wrong_pins_before_; }
    void after_a_kill() override { tpm_.flush(); }
    void settle() override {
        put_back();
        after_a_kill();
        wrong_pins_before_ = tpm_.wrong_pins();
    }

  private:
    Tpm tpm_;
    int wrong_pins_before_ = 0;
    bool off_ = false;
};

}  // namespace

TokenUnderTest& tpm_token() {
    static TpmToken token;
    return token;
}

}  // namespace seald::test
