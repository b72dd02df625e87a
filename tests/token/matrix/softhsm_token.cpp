#include "tests/support/softhsm.hpp"
#include "tests/token/matrix/token_under_test.hpp"

namespace seald::test {
namespace {

// Has no removal of its own: its folder goes away. Never locks a PIN, and does not tell how many were wrong.
class SoftHsmToken final : public TokenUnderTest {
  public:
    SoftHsmToken() {
        hsm_.add_token(label(), pin());
        const auto tool = "pkcs11-tool --module " + module() + " --token-label " + label() + " --login --pin " + pin() +
                          " --keypairgen --usage-sign ";
        shell(tool + "--key-type EC:prime256v1 --id 01 --label p256");
        shell(tool + "--key-type EC:secp384r1 --id 02 --label p384");
        shell(tool + "--key-type rsa:2048 --id 03 --label rsa2048");
        shell(tool + "--key-type rsa:3072 --id 04 --label rsa3072");
    }
    std::filesystem::path folder() const override { return hsm_.folder(); }
    std::string module() const override { return SoftHsm::module(); }
    std::string label() const override { return "soft-seal"; }
    std::string pin() const override { return "1234"; }
    std::string wrong_pin() const override { return "9999"; }
    std::vector<KeyOnToken> keys() const override {
        return {{{1}, KeyAlgorithm::ec_p256, {SignatureScheme::ecdsa}},
                {{2}, KeyAlgorithm::ec_p384, {SignatureScheme::ecdsa}},
                {{3}, KeyAlgorithm::rsa_2048, {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss}},
                {{4}, KeyAlgorithm::rsa_3072, {SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss}}};
    }
    void pull_out() override {
        hsm_.pull_out();
        out_ = true;
    }
    void put_back() override {
        if (std::exchange(out_, false)) hsm_.put_back();
    }
    void settle() override { put_back(); }

  private:
    SoftHsm hsm_;
    bool out_ = false;
};

}  // namespace

TokenUnderTest& softhsm_token() {
    static SoftHsmToken token;
    return token;
}

}  // namespace seald::test
