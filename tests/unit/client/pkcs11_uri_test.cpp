#include "client/pkcs11_uri.hpp"

#include <gtest/gtest.h>

namespace seald {
namespace {

TEST(Pkcs11Uri, NamesTokenKeyAndModule) {
    const auto uri = Pkcs11Uri::decode(
        "pkcs11:token=My%20card;serial=0a1b;manufacturer=ACME;model=v1;object=approval;id=%01%ff;type=private"
        "?module-path=/usr/lib/x.so&pin-source=file:/run/pin");
    ASSERT_TRUE(uri) << uri.error().message;
    EXPECT_EQ(uri->token, "My card");
    EXPECT_EQ(uri->serial, "0a1b");
    EXPECT_EQ(uri->manufacturer, "ACME");
    EXPECT_EQ(uri->model, "v1");
    EXPECT_EQ(uri->object, "approval");
    EXPECT_EQ(uri->id, (Bytes{0x01, 0xFF}));
    EXPECT_EQ(uri->module_path, "/usr/lib/x.so");
    EXPECT_EQ(uri->pin_source, "/run/pin");
}

TEST(Pkcs11Uri, MayBeEmpty) { EXPECT_TRUE(Pkcs11Uri::decode("pkcs11:")); }

void expect_refused(std::string_view text, const std::string& words) {
    const auto uri = Pkcs11Uri::decode(text);
    ASSERT_FALSE(uri) << text;
    EXPECT_EQ(uri.error().code, ErrorCode::malformed);
    EXPECT_NE(uri.error().message.find(words), std::string::npos) << uri.error().message;
}

TEST(Pkcs11Uri, RefusesAPinInTheOpen) { expect_refused("pkcs11:token=a?pin-value=1234", "pin-value"); }
TEST(Pkcs11Uri, DoesNotRepeatThePinItRefuses) {
    EXPECT_EQ(Pkcs11Uri::decode("pkcs11:token=a?pin-value=98765").error().message.find("98765"), std::string::npos);
}
TEST(Pkcs11Uri, RefusesWhatItDoesNotKnow) { expect_refused("pkcs11:slot-id=0", "slot-id"); }
TEST(Pkcs11Uri, RefusesOtherObjectTypes) { expect_refused("pkcs11:type=cert", "type"); }
TEST(Pkcs11Uri, RefusesBrokenPercentEncoding) {
    expect_refused("pkcs11:token=%4", "%");
    expect_refused("pkcs11:token=%zz", "%");
    expect_refused("pkcs11:token=abc%", "%");
}
TEST(Pkcs11Uri, RefusesANulInALabel) { expect_refused("pkcs11:token=a%00b", "NUL"); }
TEST(Pkcs11Uri, RefusesAnAttributeWithoutValue) { expect_refused("pkcs11:token", "="); }
TEST(Pkcs11Uri, RefusesOtherSchemes) { expect_refused("file:/x", "pkcs11:"); }

}  // namespace
}  // namespace seald
