#include "tests/support/virtual_cards.hpp"
#include "tests/token/matrix/token_under_test.hpp"

namespace seald::test {
namespace {

// The real thing as to presence and PIN: its reader tells when it goes, and its PIN locks after three wrong tries.
class CardToken final : public TokenUnderTest {
  public:
    std::filesystem::path folder() const override { return cards_.folder(); }
    std::string module() const override { return VirtualCards::module(); }
    std::string label() const override { return cards_.a.label(); }
    std::string pin() const override { return VirtualCard::pin(); }
    std::string wrong_pin() const override { return "999999"; }
    std::vector<KeyOnToken> keys() const override {
        const std::vector schemes{SignatureScheme::rsa_pkcs1, SignatureScheme::rsa_pss};
        return {{VirtualCard::key_id(1), KeyAlgorithm::rsa_2048, schemes},
                {VirtualCard::key_id(2), KeyAlgorithm::rsa_2048, schemes}};
    }
    void pull_out() override { cards_.a.remove(); }
    void put_back() override { cards_.a.insert(); }
    std::optional<int> tries_spent() override { return 3 - cards_.a.tries(); }
    void leave_tries(unsigned tries) override { cards_.a.set_tries(tries); }
    void settle() override {
        put_back();
        cards_.a.set_tries(3);
    }

  private:
    VirtualCards cards_;
};

}  // namespace

TokenUnderTest& card_token() {
    static CardToken token;
    return token;
}

}  // namespace seald::test
